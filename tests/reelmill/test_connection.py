"""Which server, and with which key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from reelmill import connection
from reelmill.connection import checked, find
from reelmill.errors import ConfigurationError

URL, KEY = "https://media.example.com", "rm_a_b"
SAVED = {"api": "http://127.0.0.1:8400", "key": "rm_saved_key", "s3": "http://127.0.0.1:8333"}


def save(folder: Path, content: Any = SAVED) -> Path:
    home = folder / ".reelmill"
    home.mkdir()
    path = home / "connection.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def code_of(info: pytest.ExceptionInfo[ConfigurationError]) -> str:
    return info.value.code


@pytest.mark.parametrize(
    "typed", [URL, f"{URL}/", f" {URL}/graphql ", f"{URL}/graphql/", f"{URL}\n"]
)
def test_an_address_may_be_typed_in_several_ways(typed: str) -> None:
    assert checked(typed, KEY).graphql == f"{URL}/graphql"


def test_sockets_follow_the_scheme() -> None:
    assert checked("https://a", KEY).websocket == "wss://a/graphql"
    assert checked("http://a/x", KEY).websocket == "ws://a/x/graphql"


@pytest.mark.parametrize(
    "typed",
    ["", "localhost:8400", "ftp://a", "http://", "http://a:b", "http://u:p@a", "http://a?x"],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(ConfigurationError) as info:
        checked(typed, KEY)
    assert code_of(info) == "BAD_URL"


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "schlüssel", "a\x00"])
def test_what_is_no_key_is_not_shown(key: str) -> None:
    with pytest.raises(ConfigurationError) as info:
        checked(URL, key)
    assert code_of(info) == "BAD_KEY"
    assert not key or key not in info.value.message


def test_the_key_is_not_shown_by_repr() -> None:
    assert KEY not in repr(checked(URL, KEY))


def test_what_is_said_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"REELMILL_API_URL": "http://other", "REELMILL_API_KEY": "rm_other"}
    found = find(URL, KEY, environ=environ, cwd=tmp_path)
    assert (found.url, found.key) == (URL, KEY)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    save(tmp_path)
    for name in ("REELMILL_API_URL", "REELMILL_URL"):
        found = find(environ={name: URL, "REELMILL_API_KEY": KEY}, cwd=tmp_path)
        assert (found.url, found.key) == (URL, KEY)


def test_the_file_is_found_in_a_folder_above(tmp_path: Path) -> None:
    save(tmp_path)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    found = find(environ={}, cwd=below)
    assert (found.url, found.key) == (SAVED["api"], SAVED["key"])


def test_reelmill_home_is_the_only_place_when_it_is_set(tmp_path: Path) -> None:
    save(tmp_path)
    home = tmp_path / "home"
    with pytest.raises(ConfigurationError) as info:
        find(environ={"REELMILL_HOME": str(home)}, cwd=tmp_path)
    assert code_of(info) == "NO_CONNECTION"
    assert str(home) in info.value.message


def test_no_connection_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as info:
        find(environ={}, cwd=tmp_path)
    assert "REELMILL_API_URL" in info.value.message
    assert "\n" not in info.value.message


def test_a_saved_key_is_never_sent_to_another_address(tmp_path: Path) -> None:
    save(tmp_path)
    with pytest.raises(ConfigurationError) as info:
        find(URL, environ={}, cwd=tmp_path)
    assert code_of(info) == "NO_KEY"


def test_a_saved_key_serves_its_own_address(tmp_path: Path) -> None:
    save(tmp_path)
    assert find(f"{SAVED['api']}/", environ={}, cwd=tmp_path).key == SAVED["key"]


def test_a_key_alone_goes_to_the_saved_address(tmp_path: Path) -> None:
    save(tmp_path)
    found = find(environ={"REELMILL_API_KEY": KEY}, cwd=tmp_path)
    assert (found.url, found.key) == (SAVED["api"], KEY)


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"', "{}", '{"api": 1, "key": "k"}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    path = save(tmp_path, content)
    with pytest.raises(ConfigurationError) as info:
        find(environ={}, cwd=tmp_path)
    assert str(path) in info.value.message


def test_a_file_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    path = save(tmp_path)
    connection._check_owner(path, os.geteuid())
    connection._check_owner(path, 0)
    with pytest.raises(ConfigurationError, match="another user"):
        connection._check_owner(path, os.geteuid() + 12345)
