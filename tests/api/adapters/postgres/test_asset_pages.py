"""Lists of assets: complete in every order, and read along an index however long they are."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

import pytest

from api.adapters.postgres import asset_pages
from api.domain import ids, orders
from api.domain.filters import AssetQuery
from api.domain.models import Asset
from api.domain.orders import AssetOrder, Place
from tests.api.adapters.postgres.conftest import Base
from tests.api.adapters.postgres.explaining import Explaining

ROWS: Final = 10_000
# Every third is not read yet; titles, durations and sizes come again.
_FILL: Final = """
insert into asset (id, project_id, bucket, key, size, title, probe)
select id, $1, 'pages', id::text, n % 50, (array['Ab', 'aB', 'b', 'C_' || n])[1 + n % 4],
  case when n % 3 > 0 then jsonb_build_object('duration', n % 40 / 8.0, 'streams',
    jsonb_build_array(
    jsonb_build_object('kind', 'VIDEO', 'codec', 'mjpeg', 'attached_picture', true),
    jsonb_build_object('kind', 'VIDEO', 'codec', 'h264'),
    jsonb_build_object('kind', 'AUDIO', 'codec', 'aac'),
    jsonb_build_object('kind', 'AUDIO', 'codec', 'opus', 'default', n % 2 = 0))) end
from unnest($2::uuid[]) with ordinality each (id, n)"""


@pytest.fixture(scope="module")
async def project(base: Base) -> AsyncIterator[UUID]:
    """A project with a library."""
    made = await base.project("pages", "pages/")
    some = ids.batch(ROWS)
    random.Random(6).shuffle(some)
    async with base.database.system() as connection:
        await connection.execute(_FILL, made, some)
    await base.analyze("asset")
    yield made
    async with base.database.system() as connection:
        await connection.execute("delete from asset where project_id = $1", made)


async def listed(base: Base, project: UUID, order: AssetOrder, size: int) -> list[Asset]:
    """The whole list, page by page."""
    found: list[Asset] = []
    after: Place | None = None
    async with base.database.tenant(project) as connection:
        while True:
            rows = await asset_pages.page(
                connection, project, order=order, after=after, wanted=AssetQuery(), limit=size
            )
            found += rows
            if len(rows) < size:
                return found
            after = orders.place(order, orders.cursor(order, rows[-1]))


def sort_key(order: AssetOrder) -> Callable[[Asset], Any]:
    sign = 1 if order.rises else -1

    def key(asset: Asset) -> Any:
        seconds = (asset.probe or {}).get("duration")
        value: Any = {
            "title": [sign * ord(each) for each in asset.title.lower()] + [sign * -1],
            "size": sign * asset.size,
            "duration": (1, 0) if seconds is None else (0, sign * seconds),
            "created_at": 0,
        }[order.column]
        return value, sign * asset.id.int

    return key


@pytest.mark.parametrize("order", AssetOrder)
async def test_pages_together_are_the_whole_list(
    base: Base, project: UUID, order: AssetOrder
) -> None:
    found = await listed(base, project, order, 700)
    assert len(found) == len({asset.id for asset in found}) == ROWS
    key = sort_key(order)
    assert all(key(one) < key(next_one) for one, next_one in pairwise(found))


@pytest.mark.parametrize("order", AssetOrder)
async def test_a_page_reads_what_it_shows(base: Base, project: UUID, order: AssetOrder) -> None:
    """Also behind five thousand others, and under row security."""
    middle = (await listed(base, project, order, ROWS))[ROWS // 2]
    after = orders.place(order, orders.cursor(order, middle))
    async with base.database.tenant(project) as connection:
        for place in (None, after):
            explaining: Any = Explaining(connection)
            await asset_pages.page(
                explaining, project, order=order, after=place, wanted=AssetQuery(), limit=50
            )
            assert [rows for rows in explaining.seen if rows > 60] == [], explaining.plans


async def test_a_rare_codec_is_looked_up(base: Base, project: UUID) -> None:
    """In the usual order it would else be looked for in the whole library."""
    wanted = AssetQuery(video_codec=["prores", "ffv1"], audio_codec=["pcm_s24le"])
    async with base.database.tenant(project) as connection:
        for order in (AssetOrder.CREATED_AT_DESC, AssetOrder.TITLE_ASC):
            explaining: Any = Explaining(connection)
            await asset_pages.page(
                explaining, project, order=order, after=None, wanted=wanted, limit=50
            )
            assert explaining.seen == [0], explaining.plans


@pytest.mark.parametrize(
    ("wanted", "share"),
    [
        (AssetQuery(video_codec=["h264"]), 2 / 3),
        (AssetQuery(video_codec=["mjpeg"]), 0),
        (AssetQuery(audio_codec=["opus", "flac"]), 1 / 3),
        (AssetQuery(audio_codec=["aac"]), 1 / 3),
        (AssetQuery(duration_from=0.0), 2 / 3),
        (AssetQuery(duration_to=0.125, duration_from=0.125), 2 / 3 / 40),
        (AssetQuery(size_from=49), 1 / 50),
        (AssetQuery(size_to=0), 1 / 50),
    ],
)
async def test_filters_by_what_a_probe_has_found(
    base: Base, project: UUID, wanted: AssetQuery, share: float
) -> None:
    async with base.database.tenant(project) as connection:
        found = await asset_pages.page(
            connection,
            project,
            order=AssetOrder.SIZE_ASC,
            after=None,
            wanted=wanted,
            limit=ROWS,
        )
    assert abs(len(found) - share * ROWS) < 3
