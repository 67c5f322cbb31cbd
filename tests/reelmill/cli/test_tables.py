"""Rows as aligned lines."""

from __future__ import annotations

from reelmill.cli.tables import Last, lines

HEADINGS = ("ID", "TITLE")


def test_columns_are_aligned_by_cells() -> None:
    rows = [("影片", "two"), ("abc", "ü")]
    assert lines(HEADINGS, rows, width=None, last=Last.WHOLE) == [
        "ID    TITLE",
        "影片  two",
        "abc   ü",
    ]


def test_nothing_is_cut_for_a_pipe() -> None:
    assert lines(HEADINGS, [("1", "x" * 500)], width=None, last=Last.CUT)[1] == "1   " + "x" * 500


def test_a_terminal_cuts() -> None:
    assert lines(HEADINGS, [("1", "a title that is too long")], width=20, last=Last.CUT)[1] == (
        "1   a title that is…"
    )


def test_a_terminal_wraps() -> None:
    assert lines(HEADINGS, [("1", "a title that is too long")], width=20, last=Last.WRAPPED)[
        1:
    ] == [
        "1   a title that is",
        "    too long",
    ]


def test_a_line_stays_a_line() -> None:
    assert lines(HEADINGS, [("1", "a\nb")], width=None, last=Last.WHOLE)[1] == "1   a\\nb"


def test_a_table_of_nothing() -> None:
    assert lines(HEADINGS, [], width=80, last=Last.CUT) == ["ID  TITLE"]
