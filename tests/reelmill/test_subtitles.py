"""Subtitles that somebody has written."""

from __future__ import annotations

from reelmill import Client, OutputKind
from tests.reelmill.double import Double

TEXT = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


async def test_saved(client: Client, double: Double) -> None:
    (saved,) = await client.save_subtitles("job_1", TEXT, language="en", label="Corrected")
    assert (saved.kind, saved.label) == (OutputKind.SUBTITLE, "Corrected")
    (sent,) = double.named("SaveSubtitles")
    wanted = {"jobId": "job_1", "language": "en", "label": "Corrected", "text": TEXT}
    assert sent["input"] == wanted


async def test_what_is_not_said_is_left_out(client: Client, double: Double) -> None:
    await client.save_subtitles("job_1", TEXT, language="en")
    (sent,) = double.named("SaveSubtitles")
    assert "label" not in sent["input"]
