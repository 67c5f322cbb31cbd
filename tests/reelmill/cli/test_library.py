"""Scans that go on, presets of one's own, the gallery, the log."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from tests.reelmill.cli.conftest import COMMAND, Run
from tests.reelmill.double import Double
from tests.reelmill.shapes import event, scan


async def test_a_scan_is_followed_to_its_end(reelmill: Run, double: Double) -> None:
    double.scans = [scan("RUNNING"), scan(found=90_000, registered=80_000)]
    double.sockets.append([scan("RUNNING", found=50_000), "drop"])
    done = await reelmill("scan")
    assert (done.code, done.out) == (0, "a.mp4\nb c.mp4\n")
    assert "… and 79,998 more" in done.err
    assert "Media found: 90,000, of which new: 80,000" in done.err


async def test_a_scan_that_fails(reelmill: Run, double: Double) -> None:
    error = {"code": "STORAGE_DENIED", "message": "may not list", "hint": None}
    double.scans = [scan("FAILED", error=error)]
    done = await reelmill("scan")
    assert done.code == 1
    assert "may not list [STORAGE_DENIED]" in done.err


async def test_presets_of_ones_own(reelmill: Run, double: Double, tmp_path: Path) -> None:
    shown = await reelmill("presets", "show", "web")
    assert json.loads(shown.out) == {
        "ladder": {"rungs": [], "segmentSeconds": 4.0},
        "clips": [],
    }
    (tmp_path / "mine.json").write_text(shown.out)
    saved = await reelmill("presets", "save", "mine", "mine.json", "--title", "Mine")
    assert saved.out == "mine version 2\n"
    (sent,) = double.named("SavePreset")
    assert sent["input"] == {"name": "mine", "title": "Mine", "recipe": json.loads(shown.out)}
    assert (await reelmill("presets", "delete", "mine")).out == "mine deleted\n"
    (tmp_path / "bad.json").write_text("[1")
    codes = await asyncio.gather(
        reelmill("presets", "save", "mine", "bad.json"),
        reelmill("presets", "save", "mine", "none.json"),
        reelmill("presets", "show", "wbe"),
    )
    assert [each.code for each in codes] == [8, 8, 6]


async def test_gallery(reelmill: Run, double: Double) -> None:
    done = await reelmill("gallery", "--limit", "3", "--refresh")
    assert "Der Hase  http://api/play/token/master.m3u8" in done.out
    assert double.named("Gallery") == [{"first": 3, "refresh": True}]


async def test_events_go_on_behind_the_last_one(double: Double, connected: dict[str, str]) -> None:
    double.sockets.append([event("8"), event("9", "JOB_FAILED"), "drop"])
    double.sockets.append([event("10")])
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "events",
        env=connected,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = [json.loads(await asyncio.wait_for(process.stdout.readline(), 20)) for _ in range(3)]
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert [each["cursor"] for each in lines] == ["8", "9", "10"]
    asked = [each["after"] for each in double.named("Events")]
    assert (asked[0], asked[-1]) == ("7", "9")
    assert b"reelmill events --after 10" in err
    assert b"Traceback" not in err
    assert process.returncode == 130
