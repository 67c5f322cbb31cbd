"""Words become cues that people can read, and files that players can."""

from __future__ import annotations

import itertools
import json

from runner import speech
from runner.speech import Transcript, Word


def _words(text: str, *, each: float = 0.3, start: float = 0.0) -> list[Word]:
    return [
        Word(start + place * each, start + (place + 1) * each, f" {token}", 0.9)
        for place, token in enumerate(text.split())
    ]


def test_a_cue_has_two_lines_of_a_readable_length_and_seven_seconds_at_most() -> None:
    found = speech.cues(_words("the quick brown fox jumps over the lazy dog and " * 20))
    assert (
        " ".join(" ".join(cue.lines) for cue in found).split()
        == ("the quick brown fox jumps over the lazy dog and " * 20).split()
    )
    for cue in found:
        assert len(cue.lines) <= 2
        assert all(len(line) <= 42 for line in cue.lines)
        assert 0 < cue.end - cue.start <= 7.01
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_cues_end_at_sentences_and_pauses() -> None:
    first = _words("This is the first of two sentences. And here")
    later = _words("comes the rest of it", start=first[-1].end + 2)
    assert [cue.lines for cue in speech.cues([*first, *later])] == [
        ("This is the first of two sentences.",),
        ("And here",),
        ("comes the rest of it",),
    ]


def test_two_lines_are_of_about_the_same_length() -> None:
    (cue,) = speech.cues(_words("one two three four five six seven eight nine ten", each=0.2))
    assert cue.lines == ("one two three four five", "six seven eight nine ten")


def test_scripts_without_blanks_are_cut_too() -> None:
    words = [Word(place * 0.2, (place + 1) * 0.2, "字", 0.9) for place in range(100)]
    found = speech.cues(words)
    assert "".join("".join(cue.lines) for cue in found) == "字" * 100
    assert all(len(line) <= 42 for cue in found for line in cue.lines)


def test_a_very_short_word_stays_long_enough_to_be_read_but_not_into_the_next_one() -> None:
    alone = speech.cues([Word(1.0, 1.05, "Oh", 0.5)])
    assert (alone[0].start, alone[0].end) == (1.0, 1.5)
    close = speech.cues([Word(1.0, 1.05, "Oh", 0.5), *_words("what", start=9.0)])
    assert close[0].end <= close[1].start


def test_marks_that_mean_something_in_a_file_are_written_as_words() -> None:
    (cue,) = speech.subtitles([speech.Cue(1.5, 2.25, ("a < b & c", "--> d"))])
    assert (cue.start, cue.end, cue.text) == (1.5, 2.25, "a &lt; b &amp; c\n--&gt; d")


def test_silence_has_no_cues() -> None:
    nothing = Transcript("und", "faster-whisper", ())
    assert speech.cues(nothing.words) == []
    assert json.loads(speech.document(nothing))["words"] == []


def test_every_word_is_in_the_document() -> None:
    words = tuple(_words("ask not"))
    found = json.loads(speech.document(Transcript("en", "faster-whisper", words)))
    assert found["text"] == "ask not"
    assert found["words"][1] == {"start": 0.3, "end": 0.6, "text": "not", "confidence": 0.9}
