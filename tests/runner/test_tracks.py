"""Sizes, rates and codecs of the encodes."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from runner.tracks import default_cap, even
from schema.codecs import VideoCodec
from schema.recipe import Recipe
from tests.runner.values import plan, probe, video


@pytest.mark.parametrize(
    ("value", "most", "expected"), [(853.3, 1920, 854), (181, 181, 180), (1, 1, 2), (3, 9, 4)]
)
def test_even(value: float, most: float, expected: int) -> None:
    assert even(value, most) == expected


def test_caps_follow_the_lines_the_rate_and_the_codec() -> None:
    assert default_cap(1080, 25) == 5_500_000
    assert default_cap(1080, 60) == 8_250_000
    assert default_cap(360, 25) < default_cap(480, 25) < default_cap(720, 25)
    assert default_cap(1080, 25, VideoCodec.AV1) == 3_300_000


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_a_codec_has_a_quality_of_its_own(codec: VideoCodec) -> None:
    made = plan(mp4={"codec": codec}, ladder={"codec": codec, "rungs": [{"height": 720}]})
    assert made.mp4
    assert made.mp4.video
    assert made.ladder
    own, rung = made.mp4.video, made.ladder.rungs[0].track
    assert own.crf
    assert rung.crf == own.crf + 2
    assert (own.cap, own.bitrate, own.codec, rung.codec) == (None, None, codec, codec)
    assert rung.cap == default_cap(720, 25, codec)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"crf": 0}, (1, None, None)),
        ({"crf": 30, "max_bitrate": 900_000}, (30, 900_000, None)),
        ({"bitrate": 900_000}, (None, None, 900_000)),
    ],
)
def test_quality_or_bitrate(asked: dict[str, int], expected: tuple[int | None, ...]) -> None:
    made = plan(mp4=asked).mp4
    assert made
    assert made.video
    assert (made.video.crf, made.video.cap, made.video.bitrate) == expected


def test_a_rung_by_its_average() -> None:
    made = plan(ladder={"rungs": [{"height": 720, "bitrate": 900_000}, {"height": 360}]}).ladder
    assert made
    average, quality = (rung.track for rung in made.rungs)
    assert (average.crf, average.cap, average.bitrate) == (None, None, 900_000)
    assert (quality.bitrate, quality.cap) == (None, default_cap(360, 25))


@pytest.mark.parametrize(
    "ladder",
    [
        {"rungs": [{"height": 720, "bitrate": 900_000, "video_bitrate": 900_000}]},
        {"rungs": [{"height": 720, "bitrate": 900_000}], "crf": 20},
    ],
)
def test_the_average_of_a_rung_stands_alone(ladder: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="stands alone"):
        Recipe.model_validate({"ladder": ladder})


@pytest.mark.parametrize(
    ("mp4", "words"),
    [
        ({"bitrate": 900_000, "crf": 20}, "stands alone"),
        ({"bitrate": 900_000, "max_bitrate": 1_000_000}, "stands alone"),
        ({"crf": 52}, "at most 51"),
        ({"codec": "AV1", "crf": 64}, "less than or equal to 63"),
        ({"bit_depth": 10}, "10 bits"),
        ({"codec": "HEVC", "bit_depth": 12}, "8 or 10"),
    ],
)
def test_what_makes_no_sense_is_refused(mp4: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Recipe.model_validate({"mp4": mp4})


@pytest.mark.parametrize("codec", list(VideoCodec))
@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67", "bt2020-10"])
def test_hdr_is_kept_where_decoders_know_it(codec: VideoCodec, transfer: str) -> None:
    source = probe(video(color_transfer=transfer, color_primaries="bt2020"))
    made = plan(source, mp4={"codec": codec}).mp4
    assert made
    assert made.video
    kept = transfer != "bt2020-10" and codec in {VideoCodec.HEVC, VideoCodec.AV1}
    assert (made.video.hdr, made.video.depth) == ((True, 10) if kept else (False, 8))
