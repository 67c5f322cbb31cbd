"""Cursors of lists of assets."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from api.domain import ids, orders
from api.domain.models import Asset
from api.domain.orders import AssetOrder, Place
from api.domain.states import AssetKind, AssetStatus
from api.errors import InvalidCursor

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def asset(**facts: Any) -> Asset:
    usual: dict[str, Any] = {
        "id": ids.new(), "project_id": ids.new(), "bucket": "b", "key": "k", "etag": None,
        "size": 7, "sha256": None, "md5": None, "title": "Ünder »x«", "kind": AssetKind.VIDEO,
        "tags": [], "status": AssetStatus.READY, "probe": {"duration": 5.005}, "error": None,
        "metadata": {}, "options": {}, "created_at": _NOW, "updated_at": _NOW,
    }  # fmt: skip
    return Asset(**{**usual, **facts})


def cursor_of(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


@pytest.mark.parametrize("order", AssetOrder)
def test_a_cursor_says_where_an_asset_stands(order: AssetOrder) -> None:
    one = asset()
    values = {"title": one.title, "duration": 5.005, "size": 7, "created_at": None}
    found = orders.place(order, orders.cursor(order, one))
    assert found == Place(values[order.column], one.id)


@pytest.mark.parametrize("order", AssetOrder)
def test_a_cursor_of_another_order_is_refused(order: AssetOrder) -> None:
    for other in AssetOrder:
        if other is not order:
            with pytest.raises(InvalidCursor):
                orders.place(order, orders.cursor(other, asset()))


def test_what_was_not_read_has_no_duration() -> None:
    one = asset(probe=None)
    text = orders.cursor(AssetOrder.DURATION_ASC, one)
    assert orders.place(AssetOrder.DURATION_ASC, text) == Place(None, one.id)


def test_no_cursor_is_the_beginning() -> None:
    assert [orders.place(order, None) for order in AssetOrder] == [None] * len(AssetOrder)


_ID = "01a203bb11407f6a8ad4c9f6271c5aa8"


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("TITLE_ASC", "%%"),
        ("TITLE_ASC", "x" * 9_000),
        ("TITLE_ASC", "é"),
        ("TITLE_ASC", cursor_of("TITLE_ASC", 1, _ID)),
        ("TITLE_ASC", cursor_of("TITLE_ASC", "a\0b", _ID)),
        ("TITLE_ASC", cursor_of("TITLE_ASC", "a", "no-id")),
        ("TITLE_ASC", cursor_of("TITLE_ASC", "a")),
        ("SIZE_ASC", cursor_of("SIZE_ASC", True, _ID)),
        ("SIZE_ASC", cursor_of("SIZE_ASC", 2**63, _ID)),
        ("SIZE_ASC", cursor_of("SIZE_ASC", 1.5, _ID)),
        ("DURATION_ASC", cursor_of("DURATION_ASC", "5", _ID)),
        ("CREATED_AT_ASC", cursor_of("CREATED_AT_ASC", 0, _ID)),
        ("CREATED_AT_DESC", "x"),
    ],
)
def test_what_nobody_was_given_is_refused(order: str, text: str) -> None:
    with pytest.raises(InvalidCursor):
        orders.place(AssetOrder(order), text)
