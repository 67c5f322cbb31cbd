"""Which font subtitles are drawn with, and what is written for libass."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runner import ass, fonts
from runner.errors import Code, RunnerError
from schema.webvtt import Cue
from tests.runner.fonts import DEJAVU, needs_a_font

LOOK = ass.Look(1920, 1080, 0.06, "DejaVu Sans", None)


@needs_a_font
def test_what_a_font_has() -> None:
    found = fonts.read(DEJAVU)
    assert (found.family, found.style) == ("DejaVu Sans", "Book")
    assert all(found.has(letter) for letter in "aÄéßΩЖԱაשעا♪…")
    assert not any(found.has(letter) for letter in "你あ한ไอ🦀")


@needs_a_font
def test_faces_of_the_family_lie_in_scratch(tmp_path: Path) -> None:
    chosen = fonts.provide([str(DEJAVU.parent)], tmp_path / "fonts", "Grüße ♪ 🦀")
    assert (chosen.family, chosen.lacks) == ("DejaVu Sans", {"🦀"})
    there = {fonts.read(path).style for path in (tmp_path / "fonts").iterdir()}
    assert {"Book", "Bold"} <= there


@needs_a_font
def test_letters_that_no_font_has(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="DejaVu Sans lacks 世 你 好 界") as refused:
        fonts.provide([str(DEJAVU.parent)], tmp_path / "fonts", "你好 世界")
    assert refused.value.code is Code.FONT_INCOMPLETE
    # A name among many words is no reason to fail.
    text = "It is said of 你 that nothing more is known, and of nobody else."
    assert fonts.provide([str(DEJAVU.parent)], tmp_path / "fonts", text).lacks == {"你"}


@needs_a_font
def test_the_font_that_has_the_letters_is_taken(tmp_path: Path) -> None:
    """Without serifs where that makes no difference; those of Vietnamese are in one of them."""
    (tmp_path / "own").mkdir()
    for name in ("DejaVuSansMono.ttf", "DejaVuSerif.ttf"):
        shutil.copy(DEJAVU.with_name(name), tmp_path / "own")
    (tmp_path / "own" / "broken.ttf").write_bytes(b"\0\1\0\0 no font")
    places = [str(tmp_path / "own")]
    assert fonts.provide(places, tmp_path / "a", "latin").family == "DejaVu Sans Mono"
    assert fonts.provide(places, tmp_path / "b", "Vi\u1ec7t Nam: \u1ea3nh").family == "DejaVu Serif"


def test_no_font_at_all(tmp_path: Path) -> None:
    with pytest.raises(RunnerError) as refused:
        fonts.provide([str(tmp_path)], tmp_path / "fonts", "text")
    assert refused.value.code is Code.FONT_MISSING
    assert str(tmp_path) in refused.value.message


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("one\ntwo", r"one\Ntwo"),
        ("<b>a</b> <i>b</i>", r"{\b1}a{\b0} {\i1}b{\i0}"),
        ("&lt;b&gt; &amp;", "<b> &"),
        (r"{\fs300}{\p1}m 0 0", "\\{\\\u2060fs300\\}\\{\\\u2060p1\\}m 0 0"),
        (r"C:\new", "C:\\\u2060new"),
        ("a🦀b", "ab"),
        ("x" * 5000, "x" * 2000),
    ],
)
def test_text_is_never_an_instruction(text: str, written: str) -> None:
    look = ass.Look(1920, 1080, 0.06, "DejaVu Sans", None, frozenset("🦀"))
    *_, line = ass.write([Cue(1.0, 3661.239, text)], look).splitlines()
    assert line == f"Dialogue: 0,0:00:01.00,1:01:01.24,Default,,0,0,0,,{written}"


def test_sizes_follow_the_shorter_side() -> None:
    wide = ass.write([], LOOK)
    assert "PlayResX: 1778\nPlayResY: 1000\n" in wide
    tall = ass.write([], ass.Look(1080, 1920, 0.06, "DejaVu Sans", None))
    assert "PlayResX: 1000\nPlayResY: 1778\n" in tall
    assert "Style: Default,DejaVu Sans,60,&H00FFFFFF," in wide
    assert "Style: Default,DejaVu Sans,60,&H00FFFFFF," in tall


def test_on_hdr_white_is_less_than_all() -> None:
    for transfer, level in (("smpte2084", "94"), ("arib-std-b67", "BF")):
        text = ass.write([], ass.Look(1920, 1080, 0.06, "DejaVu Sans", transfer))
        assert f",&H00{level * 3}," in text


def test_a_piece_of_the_film() -> None:
    cues = [Cue(0, 1, "a"), Cue(1, 3, "b"), Cue(2.5, 9, "c"), Cue(9, 10, "d")]
    found = [(cue.start, cue.end, cue.text) for cue in ass.shifted(cues, 2, 4)]
    assert found == [(0, 1, "b"), (0.5, 2, "c")]
