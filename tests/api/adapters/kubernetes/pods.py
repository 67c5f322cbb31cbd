"""What a kubelet says of a pod."""

from __future__ import annotations

from typing import Any


def terminated(code: int, reason: str = "Error", message: str = "") -> dict[str, Any]:
    state = {"terminated": {"exitCode": code, "reason": reason, "message": message}}
    return {"containerStatuses": [{"name": "runner", "state": state}]}
