"""How a file is divided."""

from __future__ import annotations

import pytest

from reelmill.parts import Part, batch, count, part


@pytest.mark.parametrize(
    ("size", "part_size", "expected"), [(1, 5, 1), (5, 5, 1), (6, 5, 2), (5_000_000, 500, 10_000)]
)
def test_count(size: int, part_size: int, expected: int) -> None:
    assert count(size, part_size) == expected


@pytest.mark.parametrize("size", [1, 4, 5, 6, 10, 11, 99])
def test_parts_cover_the_file_once(size: int) -> None:
    plan = [part(number, size, 5) for number in range(1, count(size, 5) + 1)]
    covered = [byte for p in plan for byte in range(p.offset, p.offset + p.size)]
    assert covered == list(range(size))


def test_only_the_last_part_is_shorter() -> None:
    assert part(2, 11, 5) == Part(2, 5, 5)
    assert part(3, 11, 5) == Part(3, 10, 1)


def test_a_batch_begins_with_the_wanted_part_and_skips_what_is_done() -> None:
    assert batch(2, 9, {1, 3, 4}, 3) == [2, 5, 6]


def test_a_batch_ends_with_the_file() -> None:
    assert batch(8, 9, (), 16) == [8, 9]


def test_a_batch_of_one() -> None:
    assert batch(3, 9, (), 1) == [3]
