"""Ids are ordered by time, opaque, and know their kind."""

import uuid

import pytest

from api.domain import ids
from api.errors import InvalidCursor, InvalidId


def test_new_ids_are_version_7_and_do_not_repeat() -> None:
    made = [ids.new() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {value.version for value in made} == {7}
    assert [v.int >> 80 for v in made] == sorted(v.int >> 80 for v in made)


def test_a_batch_rises_and_does_not_repeat() -> None:
    made = ids.batch(5000)
    assert made == sorted(set(made))
    assert len(made) == 5000
    assert {(value.version, value.variant) for value in made} == {(7, uuid.RFC_4122)}
    assert ids.batch(0) == []


def test_before_another() -> None:
    value = ids.new()
    made = ids.before(value)
    assert made < value
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert (value.int >> 80) - (made.int >> 80) == 1


def test_round_trip() -> None:
    value = ids.new()
    text = ids.encode(ids.Kind.JOB, value)
    assert ids.decode(text) == (ids.Kind.JOB, value)
    assert ids.expect(ids.Kind.JOB, text) == value


@pytest.mark.parametrize(
    "text", ["", "job", "job_", "job_xyz", "cat_" + "0" * 32, "job_" + "G" * 32]
)
def test_foreign_ids_are_refused(text: str) -> None:
    with pytest.raises(InvalidId):
        ids.decode(text)


def test_an_id_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidId, match="of an asset; a job is wanted"):
        ids.expect(ids.Kind.JOB, ids.encode(ids.Kind.ASSET, ids.new()))


def test_cursors() -> None:
    value = ids.new()
    assert ids.decode_cursor(value.hex) == value
    assert ids.decode_cursor(None) is None
    with pytest.raises(InvalidCursor):
        ids.decode_cursor("nonsense")
