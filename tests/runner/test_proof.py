"""Reports of real outputs, and recipes whose `verify` block nothing or something falls short of."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from runner import formats
from runner.deadline import Deadline
from runner.encode import Encoded
from runner.ends import Lister
from runner.errors import Code, RunnerError
from runner.ffmpeg import Watch
from runner.outputs import Plan
from runner.proof import Prover, gate
from runner.vmaf import VmafWriter
from schema.recipe import Recipe, Verify
from schema.report import OutputReport, Stretch, Vmaf
from tests.runner import media
from tests.runner.bench import facts, refusal, transcode
from tests.runner.values import plan, probe

pytestmark = pytest.mark.media

LADDER = {"rungs": [{"height": 180}, {"height": 144}], "segment_seconds": 1}
WHOLE = ("DECODED", "STREAMS", "DURATION")


def _dull(path: Path) -> Path:
    """One second of pattern, 1.5 s of black, then three seconds in which nothing moves."""
    parts = (
        "testsrc2=s=320x180:r=25:d=1[a];color=black:s=320x180:r=25:d=1.5[b];"
        "color=teal:s=320x180:r=25:d=3[c];[a][b][c]concat=n=3,format=yuv420p"
    )
    media.ffmpeg(
        *("-filter_complex", parts, "-f", "lavfi", "-i", "sine=r=48000:d=5.5"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(path)),
    )
    return path


async def test_reports_of_a_whole_job(tmp_path: Path) -> None:
    source = _dull(tmp_path / "x.mp4")
    recipe = {"ladder": LADDER, "mp4": {}, "poster": {}, "clips": [{"end": 1}]}
    bench = await transcode(source, tmp_path, **recipe)
    for kind in ("HLS", "DASH", "MP4"):
        report = facts(bench, kind).report
        extra = () if kind == "MP4" else ("MANIFESTS", "KEYFRAMES")
        assert report.checks == (*WHOLE, *extra)
        assert abs(report.drift) < 0.03
        (black,), (frozen,) = report.black, report.frozen
        assert (black.start, black.end) == (pytest.approx(1, abs=0.05), pytest.approx(2.5, abs=0.1))
        # It stands from its first frame to the end of the film, as nobody sees it move again.
        assert (frozen.start, frozen.end) == (
            pytest.approx(2.5, abs=0.1),
            pytest.approx(5.5, abs=0.1),
        )
        assert report.black_seconds == pytest.approx(1.5, abs=0.1)
        assert report.frozen_seconds == pytest.approx(3.0, abs=0.2)
        assert report.vmaf is None
    assert facts(bench, "POSTER").report is None
    assert facts(bench, "CLIP").report.checks == WHOLE


async def test_sound_alone_has_a_report(tmp_path: Path) -> None:
    bench = await transcode(media.sample("demo.mp3"), tmp_path, mp4={})
    report = facts(bench, "MP4").report
    assert (report.checks, report.black_seconds, report.drift) == (WHOLE, None, None)


@pytest.mark.parametrize(
    ("verify", "message"),
    [
        ({"max_black_seconds": 1}, r"ladder is black for 1\.\d+ s, 1 s at most: 1 to 2\.\d+ s"),
        ({"max_frozen_seconds": 2}, r"ladder is frozen for \d\.\d+ s, 2 s at most: 2\.\d+ to 5"),
    ],
)
async def test_dull_film_is_not_published(
    verify: dict[str, float], message: str, tmp_path: Path
) -> None:
    source = _dull(tmp_path / "x.mp4")
    refused = await refusal(source, tmp_path, ladder=LADDER, mp4={}, verify=verify)
    assert refused.code is Code.QUALITY_REFUSED
    assert refused.message.startswith("the ladder is ")
    assert re.search(message, refused.message)


async def test_good_film_passes_its_gate(tmp_path: Path) -> None:
    """An encode that can hardly be told from its source, and one of a tenth of the bits."""
    source = tmp_path / "x.mp4"
    clip = ("-ss", "1", "-i", str(media.big_buck_bunny()), "-t", "1.6", "-vf", "scale=320:180")
    media.ffmpeg(*clip, "-c:v", "libx264", "-crf", "8", "-preset", "fast", str(source))
    strict = {"min_vmaf": 90, "max_black_seconds": 0, "max_drift_seconds": 0.05}
    bench = await transcode(source, tmp_path / "good", mp4={"crf": 14}, verify=strict)
    good = facts(bench, "MP4").report.vmaf
    assert 90 < good.lowest <= good.mean <= 100
    assert good.mean == pytest.approx(_vmaf(bench.path("MP4"), source, tmp_path), abs=0.6)
    recipe = {"mp4": {"crf": 44}, "ladder": {"rungs": [{"height": 180}]}}
    poor = await transcode(source, tmp_path / "poor", **recipe, verify={"vmaf": True})
    assert facts(poor, "MP4").report.vmaf.mean < good.mean - 20
    assert facts(poor, "HLS").report.vmaf.mean > facts(poor, "MP4").report.vmaf.mean
    refused = await refusal(source, tmp_path / "refused", **recipe, verify={"min_vmaf": 80})
    assert refused.code is Code.QUALITY_REFUSED
    assert refused.message.startswith("the MP4 has a VMAF of ")
    assert "80 at least; worst at " in refused.message


def _vmaf(made: Path, source: Path, folder: Path) -> float:
    """By a command of our own making."""
    log = folder / "vmaf.json"
    media.ffmpeg(
        *("-i", str(made), "-i", str(source), "-lavfi"),
        f"[0:v][1:v]libvmaf=log_fmt=json:log_path={log}:ts_sync_mode=nearest",
        *("-f", "null", "-"),
    )
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


@pytest.mark.parametrize("name", ["x.mkv", "x.ts", "x.mpg"])
async def test_drift_is_seen(name: str, tmp_path: Path) -> None:
    """Sound a second longer than the picture stays so: that is no drift."""
    source = tmp_path / name
    media.ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1.5", "-f", "lavfi"),
        *("-i", "sine=r=48000:d=2.5", "-pix_fmt", "yuv420p", str(source)),
    )
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    for kind in ("HLS", "MP4"):
        assert abs(facts(bench, kind).report.drift) < 0.05


async def test_a_file_that_drifts_is_refused(tmp_path: Path) -> None:
    """Sound that is played 5 percent too fast ends early."""
    media.make(tmp_path / "in", "-f", "mp4", seconds=4)
    slow = ("-i", str(tmp_path / "in"), "-c:v", "copy", "-af", "atempo=1.05")
    media.ffmpeg(*slow, str(tmp_path / "file.mp4"))
    wanted = plan(probe(duration=4.0), mp4={}, verify={"max_drift_seconds": 0.05})
    with pytest.raises(RunnerError, match=r"the MP4 drifts 0\.19\d* s apart at its end") as refused:
        await _prover(wanted, tmp_path, 4.0).run()
    assert refused.value.code is Code.QUALITY_REFUSED


def _prover(wanted: Plan, folder: Path, seconds: float) -> Prover:
    return Prover(
        encoded=Encoded(wanted, {}, ()),
        seconds={"file.mp4": seconds},
        lister=Lister(media.tools(), folder, Watch(Deadline.after(60), 30)),
        writer=VmafWriter(wanted, formats.MOV, 2, 10**8),
        on_progress=lambda _: None,
    )


async def test_a_drift_that_cannot_be_measured_is_no_pass(tmp_path: Path) -> None:
    """The source is gone from scratch, as one whose packets nobody can list."""
    media.make(tmp_path / "file.mp4", seconds=1)
    wanted = plan(probe(duration=1.0), mp4={}, verify={"max_drift_seconds": 0.05})
    with pytest.raises(RunnerError) as refused:
        await _prover(wanted, tmp_path, 1.0).run()
    assert refused.value.code is Code.QUALITY_UNMEASURABLE


async def test_hdr_that_is_kept_cannot_be_measured(tmp_path: Path) -> None:
    source = tmp_path / "x.mp4"
    pq = "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc"
    media.ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=0.2,format=yuv420p10le," + pq),
        *("-c:v", "libx265", "-x265-params", "log-level=none", str(source)),
    )
    refused = await refusal(source, tmp_path, mp4={"codec": "HEVC"}, verify={"min_vmaf": 1})
    assert refused.code is Code.QUALITY_UNMEASURABLE


GOOD = OutputReport(
    drift=-0.1,
    black_seconds=2,
    black=tuple(Stretch(start=n, end=n + 0.5) for n in range(4)),
    vmaf=Vmaf(mean=92.5, lowest=60, lowest_at=7),
)


@pytest.mark.parametrize(
    ("verify", "words"),
    [
        ({"max_drift_seconds": 0.05}, "drifts 0.1 s apart at its end, 0.05 s at most"),
        ({"max_black_seconds": 1.5}, "0 to 0.5 s, 1 to 1.5 s, 2 to 2.5 s and more"),
        ({"min_vmaf": 93}, "VMAF of 92.5, 93 at least; worst at 7 s with 60"),
    ],
)
def test_the_gate_says_what_and_where(verify: dict[str, float], words: str) -> None:
    with pytest.raises(RunnerError, match=words) as refused:
        gate("file.mp4", GOOD, Verify.model_validate(verify))
    assert str(refused.value).startswith("QUALITY_REFUSED: the MP4 ")


def test_the_gate_lets_through_what_just_suffices() -> None:
    gate("file.mp4", GOOD, Verify(max_drift_seconds=0.1, max_black_seconds=2, min_vmaf=92.5))
    gate("file.mp4", OutputReport(), Verify(min_vmaf=99, max_frozen_seconds=0))


def test_nothing_is_measured_that_was_not_asked() -> None:
    assert not Verify(max_black_seconds=1).measures_vmaf
    assert Recipe.model_validate({"mp4": {}}).verify is None
