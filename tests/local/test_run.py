"""`python -m local run` as a person uses it: real processes, real signals."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import proc
from local.api_process import is_ready
from local.deadline import Deadline, wait_until
from local.ports import free_ports
from local.process import MARKER

ROOT = Path(__file__).resolve().parents[2]
START = 120.0


class Person:
    """Somebody at a terminal with one home and its ports."""

    def __init__(self, home: Path) -> None:
        self.home = home
        api, s3, postgres = free_ports(3)
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("REELMILL_")},
            "REELMILL_HOME": str(home),
            "REELMILL_PORT": str(api),
            "REELMILL_S3_PORT": str(s3),
            "REELMILL_PG_PORT": str(postgres),
        }
        self.api = f"http://127.0.0.1:{api}"

    def types(self, *words: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "local", *words],
            cwd=ROOT,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # As at a terminal: Ctrl-C goes to one process group.
            process_group=0,
        )

    def connection(self) -> dict[str, str]:
        loaded: dict[str, str] = json.loads((self.home / "connection.json").read_text())
        return loaded

    def pids(self) -> dict[str, int]:
        data = json.loads((self.home / "processes.json").read_text())["processes"]
        return {name: record["pid"] for name, record in data.items()}

    def left_over(self) -> list[int]:
        return [
            found.pid
            for found in proc.all_stats()
            if found.alive and proc.environ(found.pid).get(MARKER) == str(self.home)
        ]

    def ask(self, query: str, **variables: Any) -> Any:
        answer = httpx.post(
            f"{self.api}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self.connection()['key']}"},
            trust_env=False,
            timeout=30,
        )
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]


def ready(running: subprocess.Popen[str]) -> str:
    """Reads what is printed until the stack says that it is up."""
    assert running.stdout
    told = []
    for line in running.stdout:
        told.append(line)
        if "Ctrl-C ends it" in line:
            return "".join(told)
    raise AssertionError(f"it ended with {running.wait()}:\n{''.join(told)}")


def ends(running: subprocess.Popen[str], seconds: float = 60) -> tuple[int, str]:
    told, _ = running.communicate(timeout=seconds)
    return running.returncode, told


@pytest.fixture
def person(new_home: Callable[[], Path]) -> Iterator[Person]:
    person = Person(new_home())
    yield person
    for pid in person.left_over():
        os.kill(pid, signal.SIGKILL)


def test_a_day_with_the_stack(person: Person) -> None:
    """One long story, because each start costs seconds: start, a second start beside it, a
    crash of the API, kill -9 of the supervisor, the next start, Ctrl-C twice."""
    with person.types("run") as first:
        told = ready(first)
        connection = person.connection()
        assert f"{person.api}/signin#{connection['key']}" in told
        assert set(connection) == {"api", "graphql", "ws", "s3", "project", "key"}
        for name in ("connection.json", "secrets.json", "s3.env"):
            assert (person.home / name).stat().st_mode & 0o777 == 0o600, name
        viewer = person.ask("{ viewer { project { id } } }")["viewer"]
        assert viewer["project"]["id"]

        with person.types("run") as second:
            code, words = ends(second)
        assert code == 1
        assert re.search(r"already runs in .* \(process \d+\)", words), words
        assert "Traceback" not in words

        api = person.pids()["api"]
        os.kill(api, signal.SIGKILL)
        assert wait_until(
            lambda: person.pids().get("api", api) != api and is_ready(person.api), Deadline(60)
        ), "a crashed API is started again"

        before = person.left_over()
        assert len(before) >= 3
        first.kill()
    assert wait_until(lambda: not person.left_over(), Deadline(30)), "nobody outlives the parent"

    with person.types("run") as again:
        ready(again)
        assert person.connection()["key"] == connection["key"], "the same installation"
        assert person.ask("{ viewer { project { id } } }")["viewer"] == viewer, "data survived"
        os.killpg(again.pid, signal.SIGINT)
        os.killpg(again.pid, signal.SIGINT)
        code, words = ends(again)
    assert code == 0, words
    assert "Traceback" not in words
    assert person.left_over() == []


@pytest.mark.parametrize(
    ("variable", "service"),
    [("REELMILL_PORT", "the API"), ("REELMILL_S3_PORT", "S3"), ("REELMILL_PG_PORT", "PostgreSQL")],
)
def test_a_port_in_use_is_said_plainly(person: Person, variable: str, service: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(person.env[variable])))
        other.listen()
        with person.types("run") as running:
            code, words = ends(running)
    assert code == 1
    assert f"Port {person.env[variable]}, wanted for {service}" in words
    assert f", process {os.getpid()}. Stop that program" in words
    assert f"{variable}=" in words
    assert "Traceback" not in words
    assert person.left_over() == []


def test_ctrl_c_while_it_starts_leaves_nothing(person: Person) -> None:
    with person.types("run") as running:
        processes = person.home / "processes.json"
        assert wait_until(
            lambda: processes.exists() and "postgres" in person.pids(), Deadline(START)
        )
        os.killpg(running.pid, signal.SIGINT)
        code, words = ends(running)
    assert code == 0, words
    assert "Stopping" in words
    assert person.left_over() == []


def test_a_lost_database_ends_the_whole_with_its_last_words(person: Person) -> None:
    with person.types("run") as running:
        ready(running)
        os.kill(person.pids()["postgres"], signal.SIGKILL)
        code, words = ends(running)
    assert code == 1
    assert "PostgreSQL stopped (killed by SIGKILL)" in words
    assert "The end of its log" in words
    assert person.left_over() == []


@pytest.mark.parametrize(
    ("file", "words"), [("/nope.mp4", "There is no file /nope.mp4."), ("/", "/ is a folder.")]
)
def test_demo_with_a_file_that_is_none(person: Person, file: str, words: str) -> None:
    with person.types("demo", REELMILL_DEMO_FILE=file) as running:
        code, told = ends(running)
    assert code == 1
    assert told.startswith(words)
    assert len(told.splitlines()) == 1


def test_alone_it_prints_help(person: Person) -> None:
    with person.types() as running:
        code, told = ends(running)
    assert code == 0
    assert "REELMILL_HOME" in told
