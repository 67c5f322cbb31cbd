"""The shape of WebSocket frames, checked before the framework reads them.

The framework takes fields of a frame for granted; what the protocol forbids must close the socket
with 4400 and not end in a traceback. https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

from typing import Any

_WITH_ID = frozenset({"subscribe", "complete"})
_MAX_ID = 200


def is_valid(frame: Any) -> bool:
    """Whether a decoded frame has the form that the protocol gives it."""
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        return False
    if frame["type"] in _WITH_ID and not _is_id(frame.get("id")):
        return False
    if frame["type"] == "subscribe":
        return _is_operation(frame.get("payload"))
    payload = frame.get("payload")
    return payload is None or isinstance(payload, dict)


def without_null_payload(frame: Any) -> Any:
    """The protocol allows `null` for "no payload"; the framework knows only the absent field."""
    return {name: value for name, value in frame.items() if name != "payload" or value is not None}


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_ID


def _is_operation(payload: Any) -> bool:
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("operationName"), str | None)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("extensions"), dict | None)
    )
