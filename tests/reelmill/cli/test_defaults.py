"""`reelmill defaults`, and the same options of `reelmill upload`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reelmill.cli.app import app
from tests.reelmill.cli.conftest import Run
from tests.reelmill.double import Double

MARK = ("--watermark", "brand/logo.png")


async def test_defaults_are_set_shown_and_cleared(reelmill: Run, double: Double) -> None:
    languages = ("--subtitle-language", "en", "--subtitle-language", "de")
    done = await reelmill("defaults", "set", "--tier", "premium", "--keep-audio", *languages, *MARK)
    assert done.code == 0, done.err
    (sent,) = double.named("UpdateProject")
    assert sent["input"]["defaults"] == {
        "tier": "PREMIUM",
        "normalizeAudio": False,
        "subtitleLanguages": ["en", "de"],
        "watermark": {"image": {"key": "brand/logo.png"}},
    }
    lines = ["Tier: PREMIUM", "Sound: kept", "Subtitles: en, de", "Watermark: brand/logo.png"]
    assert [" ".join(line.split()) for line in done.out.splitlines()] == lines
    shown = await reelmill("defaults", "--json")
    assert shown.json["tier"] == "PREMIUM"
    assert "the preset decides" in (await reelmill("defaults", "clear")).out
    assert double.named("UpdateProject")[1]["input"] == {"defaults": {}}


async def test_an_upload_says_its_own(reelmill: Run, double: Double, film: Path) -> None:
    await reelmill("upload", film, "--tier", "draft", "--no-watermark", "--normalize-audio")
    await reelmill("upload", film, "--fresh")
    said, plain = (each["input"] for each in double.named("StartUpload"))
    assert said["options"] == {"tier": "DRAFT", "noWatermark": True, "normalizeAudio": True}
    assert "options" not in plain


@pytest.mark.parametrize("words", [("upload", "a.mp4"), ("defaults", "set")])
def test_a_watermark_and_none_contradict_each_other(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*words, *MARK, "--no-watermark"])
    assert done.exit_code == 2
    assert "contradict" in done.output
