"""Subtitles are read by the rules that players agree on, and written so that they agree."""

from __future__ import annotations

import pytest

from schema import webvtt
from schema.webvtt import BadSubtitlesError, Cue

WHOLE = """\ufeffWEBVTT - made by hand\r
Kind: captions\r
\r
STYLE\r
::cue { color: red }\r
\r
NOTE nobody sees this\r
\r
intro\r
00:01.000 --> 00:02.500 line:10% align:start\r
<v Roger>One & two &lt;3</v>\r
second <c.loud>line</c>\r
\r
01:00:00.000 --> 01:00:01.000\r
<00:00:01.000>late\r
"""
READ = [
    Cue(
        1.0,
        2.5,
        "<v Roger>One &amp; two &lt;3</v>\nsecond <c.loud>line</c>",
        "line:10% align:start",
    ),
    Cue(3600.0, 3601.0, "<00:00:01.000>late"),
]


def test_cues_are_read_with_their_tags_and_settings() -> None:
    assert webvtt.read(WHOLE) == READ


def test_what_is_written_is_read_as_the_same() -> None:
    assert webvtt.read(webvtt.write(READ)) == READ
    assert webvtt.write([]) == "WEBVTT\n"
    assert webvtt.read("WEBVTT\n") == []


def test_subrip_has_plain_text_in_it() -> None:
    assert webvtt.write_srt(READ) == (
        "1\n00:00:01,000 --> 00:00:02,500\nOne & two <3\nsecond line\n\n"
        "2\n01:00:00,000 --> 01:00:01,000\nlate\n"
    )
    assert webvtt.write_srt([Cue(0, 1, "<i>x</i> &gt; y")]).endswith("<i>x</i> > y\n")
    assert webvtt.write_srt([]) == ""


TIMES = "00:01.000 --> 00:02.000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1"),
        ("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", "line 1"),
        ("WEBVTT\n00:01.000 --> 00:02.000\nx", "line 2: an empty line"),
        ("WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nx", "line 3: here must be times"),
        ("WEBVTT\n\nname\nno times", "line 4: here must be times"),
        ("WEBVTT\n\nname", "line 4: here must be times"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nx", "line 3: a cue must end"),
        ("WEBVTT\n\n00:02.000 --> 9999:00:01.000\nx", "line 3: a cue must end"),
        (f"WEBVTT\n\n{TIMES} onclick:1\nx", "'onclick:1' is no setting"),
        (f"WEBVTT\n\n{TIMES}", "line 3: the cue has no text"),
        (f"WEBVTT\n\n{TIMES}\nx\n{TIMES}\ny", "line 5: an empty line"),
        (f"WEBVTT\n\n{TIMES}\n<script>x</script>", "line 4: write &lt;"),
        (f"WEBVTT\n\n{TIMES}\n<i onclick=x", "line 4: write &lt;"),
        (f"WEBVTT\n\n{TIMES}\na\x00b", "line 4: there is a control"),
        (f"WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n{TIMES}\ny", "line 6: a cue begins before"),
    ],
)
def test_what_players_disagree_on_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadSubtitlesError) as refused:
        webvtt.read(text)
    assert said in str(refused.value)


def test_there_is_an_end_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSubtitlesError, match="characters at most"):
        webvtt.read("WEBVTT\n" + " " * webvtt.MOST_CHARACTERS)
    monkeypatch.setattr(webvtt, "MOST_CUES", 1)
    with pytest.raises(BadSubtitlesError, match="1 cues at most"):
        webvtt.read(f"WEBVTT\n\n{TIMES}\nx\n\n{TIMES}\ny\n")
