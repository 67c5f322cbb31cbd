"""Signing in, and which server is taken."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from reelmill import connection
from reelmill.errors import ConfigurationError
from reelmill.profiles import Profile, Profiles, load, save
from tests.reelmill.cli.conftest import COMMAND, Run, environment
from tests.reelmill.double import KEY, Double


async def login(env: dict[str, str], key: str, *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "login",
        *words,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await asyncio.wait_for(process.communicate(key.encode()), 20)
    assert process.returncode is not None
    return process.returncode, err.decode()


async def test_sign_in_use_and_sign_out(reelmill: Run, double: Double, tmp_path: Path) -> None:
    env = environment(XDG_CONFIG_HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path))
    code, err = await login(env, KEY + "\n", double.url)
    assert code == 0, err
    path = tmp_path / "reelmill" / "config.toml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert KEY not in err
    assert (await reelmill("jobs", env=env)).code == 0
    code, err = await login(env, KEY, double.url, "--profile", "other")
    assert code == 0, err
    listed = await reelmill("profiles", env=env)
    assert [line.split() for line in listed.out.splitlines()[1:]] == [
        ["*", "default", double.url],
        ["other", double.url],
    ]
    assert KEY not in listed.out
    assert (await reelmill("profiles", "use", "other", env=env)).code == 0
    assert (await reelmill("logout", "other", env=env)).code == 0
    unknown = await reelmill("jobs", "--profile", "other", env=env)
    assert unknown.code == 3
    assert "[UNKNOWN_PROFILE]" in unknown.err
    assert load(path).default is None


async def test_a_key_that_is_refused_is_not_saved(double: Double, tmp_path: Path) -> None:
    env = environment(XDG_CONFIG_HOME=str(tmp_path))
    code, err = await login(env, "rm_wrong_key", double.url)
    assert code == 5
    assert "Traceback" not in err
    assert not (tmp_path / "reelmill").exists()
    code, err = await login(env, "", double.url)
    assert code == 3


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "reelmill" / "config.toml"
    saved = {"a": Profile("http://a", "key-a"), "b.1": Profile("http://b", "key-b")}
    save(path, Profiles(saved, "a"))
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def found(environ: dict[str, str], tmp_path: Path, **said: str) -> tuple[str, str]:
    one = connection.find(environ=environ, cwd=tmp_path, **said)  # type: ignore[arg-type]
    return one.url, one.key


def test_the_order(environ: dict[str, str], tmp_path: Path) -> None:
    assert found(environ, tmp_path) == ("http://a", "key-a")
    (tmp_path / ".reelmill").mkdir()
    (tmp_path / ".reelmill" / "connection.json").write_text('{"api": "http://c", "key": "key-c"}')
    assert found(environ, tmp_path) == ("http://c", "key-c")
    environ["REELMILL_PROFILE"] = "b.1"
    assert found(environ, tmp_path) == ("http://b", "key-b")
    environ |= {"REELMILL_API_URL": "http://d", "REELMILL_API_KEY": "key-d"}
    assert found(environ, tmp_path) == ("http://d", "key-d")
    assert found(environ, tmp_path, profile="a") == ("http://a", "key-a")
    assert found(environ, tmp_path, url="http://e", key="key-e") == ("http://e", "key-e")


def test_a_saved_key_goes_to_its_own_server_alone(environ: dict[str, str], tmp_path: Path) -> None:
    assert found(environ, tmp_path, url="http://a/") == ("http://a", "key-a")
    with pytest.raises(ConfigurationError) as info:
        found(environ, tmp_path, url="http://elsewhere")
    assert info.value.code == "NO_KEY"


@pytest.mark.parametrize("text", ["x", "[profiles.a]\nurl = 1", "profiles = 3", 'profiles.a = "b"'])
def test_a_damaged_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(ConfigurationError):
        load(tmp_path / "config.toml")
