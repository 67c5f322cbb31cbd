"""Named queries: every one is used, and every one that is used exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.adapters.postgres import sql

FOLDER = Path(sql.__file__).parent
NOUNS = sorted(path.stem for path in (FOLDER / "queries").glob("*.sql"))


@pytest.mark.parametrize("noun", NOUNS)
def test_queries_and_code_agree(noun: str) -> None:
    code = (FOLDER / f"{noun}.py").read_text("utf-8")
    used = set(re.findall(r'_SQL\["(\w+)"\]', code))
    assert used == set(sql.load(noun))


def test_a_name_that_stands_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "x.sql").write_text("-- a: one\nselect 1;\n-- a: two\nselect 2;\n")
    monkeypatch.setattr(sql.resources, "files", lambda _package: tmp_path)
    with pytest.raises(ValueError, match="two queries named a"):
        sql.load("x")
