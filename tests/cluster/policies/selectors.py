"""Label selectors, as meta/v1 LabelSelector says. Pure."""

from __future__ import annotations

from typing import Any


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """An empty selector matches everything."""
    for name, value in (selector.get("matchLabels") or {}).items():
        if labels.get(name) != value:
            return False
    return all(_holds(wanted, labels) for wanted in selector.get("matchExpressions") or [])


def _holds(wanted: dict[str, Any], labels: dict[str, str]) -> bool:
    name, values = wanted["key"], wanted.get("values") or []
    match wanted["operator"]:
        case "In":
            return labels.get(name) in values
        case "NotIn":
            # A thing without the label is not in the set either.
            return labels.get(name) not in values
        case "Exists":
            return name in labels
        case "DoesNotExist":
            return name not in labels
        case other:
            raise ValueError(f"unknown operator {other}")
