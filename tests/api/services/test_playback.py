"""Play links without a database: paths and the memory for what was found.

What needs PostgreSQL and the store is tested through HTTP, in `tests/api/http`.
"""

from __future__ import annotations

import pytest

from api.errors import NotFound
from api.services import playback_path
from api.services.playback import Recent


@pytest.mark.parametrize(
    "path",
    ["a", "hls/720/seg-1.m4s", "100% schön & gut.mp4", "a..b/...", ".hidden", "50%2", "%zz", "a b"],
)
def test_plain_paths_pass(path: str) -> None:
    assert playback_path.check(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "a/../b",
        "a/./b",
        "a/..",
        "../a",
        "/a",
        "a/",
        "a//b",
        "a\\b",
        "..\\a",
        "a\0b",
        "a\nb",
        "a\x7f",
        "a\x85",
        "\ud83d",
        "%2e%2e/a",
        "a/%2E%2e",
        "..%2fa",
        "a%2f%2fb",
        "a%5cb",
        "a%00",
        "x" * 1025,
        "ä" * 513,
    ],
)
def test_tricks_do_not(path: str) -> None:
    with pytest.raises(NotFound):
        playback_path.check(path)


def test_a_path_in_a_url() -> None:
    assert playback_path.encode("a b/ü?#%.mp4") == "a%20b/%C3%BC%3F%23%25.mp4"


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_was_found_is_kept_for_its_time_and_no_longer() -> None:
    clock = _Clock()
    recent: Recent[str, int] = Recent(9, 60, clock)
    assert recent.get("a") is None
    recent.put("a", 1)
    clock.now += 59.9
    assert recent.get("a") == 1
    clock.now += 0.1
    assert recent.get("a") is None


def test_the_least_used_goes_first() -> None:
    recent: Recent[str, int] = Recent(2, 60, _Clock())
    recent.put("a", 1)
    recent.put("b", 2)
    recent.get("a")
    recent.put("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


async def test_that_something_is_missing_is_not_kept() -> None:
    recent: Recent[str, int] = Recent(2, 60, _Clock())
    answers: list[int | None] = [None, 1, 2]

    async def ask() -> int | None:
        return answers.pop(0)

    assert [await recent.or_ask("a", ask) for _ in range(3)] == [None, 1, 1]
