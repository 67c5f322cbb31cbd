"""The shape of frames."""

from typing import Any

import pytest

from api.graphql.frames import is_valid, without_null_payload


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": None},
        {"type": "ping", "payload": {}},
        {"type": "subscribe", "id": "1", "payload": {"query": "{ x }"}},
        {"type": "subscribe", "id": "1", "payload": {"query": "{ x }", "variables": None}},
        {"type": "complete", "id": "1"},
        {"type": "unknown"},
    ],
)
def test_frames_of_the_protocol(frame: Any) -> None:
    assert is_valid(frame)


@pytest.mark.parametrize(
    "frame",
    [
        None, 1, "x", [], {}, {"type": 1}, {"type": None},
        {"type": "subscribe"},
        {"type": "subscribe", "id": "", "payload": {"query": "x"}},
        {"type": "subscribe", "id": "x" * 201, "payload": {"query": "x"}},
        {"type": "subscribe", "id": "1"},
        {"type": "subscribe", "id": "1", "payload": {"query": None}},
        {"type": "subscribe", "id": "1", "payload": {"query": "x", "variables": []}},
        {"type": "subscribe", "id": "1", "payload": {"query": "x", "operationName": 1}},
        {"type": "complete"},
        {"type": "ping", "payload": []},
    ],
)  # fmt: skip
def test_other_frames(frame: Any) -> None:
    assert not is_valid(frame)


def test_null_payload_counts_as_none() -> None:
    assert without_null_payload({"type": "ping", "payload": None}) == {"type": "ping"}
    assert without_null_payload({"type": "ping", "payload": {}}) == {"type": "ping", "payload": {}}
