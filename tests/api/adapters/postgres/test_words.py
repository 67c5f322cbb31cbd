"""The words of an asset."""

from __future__ import annotations

import asyncpg

from tests.api.adapters.postgres.conftest import Base

# As the second migration wrote it; the stored words of older assets are of this form.
_FIRST = r"""to_tsvector('simple', translate(line, $$!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~$$,
                                            repeat(' ', 32)))"""


async def test_the_quicker_function_finds_the_same_words(base: Base) -> None:
    connection = await asyncpg.connect(base.system_url)
    try:
        differ = await connection.fetch(
            f"""select n, asset_words(title, 'a/b-1.mp4', '{{x y,z}}') as now, {_FIRST} as before
            from generate_series(1, 12000) n,
              lateral (select 'Left' || chr(n) || 'right' as title) t,
              lateral (select title || ' a/b-1.mp4 x y z' as line) l
            where asset_words(title, 'a/b-1.mp4', '{{x y,z}}') is distinct from {_FIRST}"""
        )
        untagged = await connection.fetchval(
            f"""select count(*) from generate_series(1, 300) n,
              lateral (select chr(n) || 'x' as title) t,
              lateral (select title || ' k/1.mp4 ' as line) l
            where asset_words(title, 'k/1.mp4', '{{}}') is distinct from {_FIRST}"""
        )
        words = await connection.fetchval("select asset_words('It''s_1', 'ä/ß.MP4', '{A b}')")
    finally:
        await connection.close()
    assert differ == []
    assert untagged == 0
    assert words == "'1':3 'a':7 'b':8 'it':1 'mp4':6 's':2 'ß':5 'ä':4"
