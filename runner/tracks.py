"""Pure: which encodes of a picture are made, in which sizes and at which rates."""

from __future__ import annotations

import math

from runner.outputs import HDR_TRANSFERS, Picture, RungPlan, VideoTrack
from runner.rate import capped
from schema.codecs import Tier, VideoCodec
from schema.streams import Ladder, Mp4, Rung

AUTO_RUNGS = (1080, 720, 480, 360)
# The same quality by eye: crf of an MP4; those of ladders are two higher.
CRF = {VideoCodec.H264: 21, VideoCodec.HEVC: 23, VideoCodec.AV1: 30, VideoCodec.VP9: 31}
LADDER_CRF = 2
# Bits that a codec needs for it, against those of H.264.
BITS = {VideoCodec.H264: 1.0, VideoCodec.HEVC: 0.7, VideoCodec.AV1: 0.6, VideoCodec.VP9: 0.7}
# Those whose decoders know HDR.
HDR_CODECS = frozenset({VideoCodec.HEVC, VideoCodec.AV1})
# A rung that a source caps must be this much larger than the next one, or that one is dropped.
DISTINCT = 0.9


def even(value: float, most: float) -> int:
    """The nearest even number of pixels, at least 2, never more than `most`."""
    nearest = 2 * round(value / 2)
    return max(2, nearest if nearest <= most else 2 * int(most // 2))


def fit(picture: Picture, shorter: float) -> tuple[int, int]:
    """The even size whose shorter side is `shorter`, never larger than the source."""
    factor = min(1.0, shorter / min(picture.width, picture.height))
    return (
        even(picture.width * factor, picture.width),
        even(picture.height * factor, picture.height),
    )


def default_cap(shorter: int, frame_rate: float, codec: VideoCodec = VideoCodec.H264) -> int:
    """Peak bitrate for a rung in bit/s: 5.5 Mbit/s at 1080 lines, by the power 1.7 of the lines.

    720 -> 2.8, 480 -> 1.4, 360 -> 0.85 Mbit/s; half as much again above 33 frames a second.
    """
    cap = 5_500_000 * math.pow(shorter / 1080, 1.7) * BITS[codec]
    return round(cap * (1.5 if frame_rate > 33 else 1.0))


def rungs(ladder: Ladder, tier: Tier, picture: Picture) -> tuple[RungPlan, ...]:
    """The rungs of a ladder, top first."""
    asked = ladder.rungs or tuple(Rung(height=height) for height in AUTO_RUNGS)
    return tuple(_rung(rung, ladder, tier, picture) for rung in _capped(asked, picture))


def file_track(mp4: Mp4, tier: Tier, picture: Picture, shorter: float) -> VideoTrack:
    """The picture of an MP4; `shorter` is its shorter side at most."""
    width, height = fit(picture, shorter)
    hdr = _keeps_hdr(picture, mp4.codec)
    crf = CRF[mp4.codec] if mp4.crf is None else mp4.crf
    return VideoTrack(
        codec=mp4.codec,
        tier=tier,
        width=width,
        height=height,
        # Zero means lossless to x264, which the High profile and most players do not know.
        crf=max(1, crf) if mp4.bitrate is None else None,
        cap=mp4.max_bitrate,
        bitrate=mp4.bitrate,
        depth=10 if hdr else mp4.bit_depth,
        hdr=hdr,
        gop=_gop(5, capped(picture, mp4.max_frame_rate) or picture.frame_rate),
        key_every=None,
        rate=capped(picture, mp4.max_frame_rate),
    )


def _capped(asked: tuple[Rung, ...], picture: Picture) -> list[Rung]:
    """Rungs above the source become one at the size of the source; the rest stay as they are."""
    most = max(2, 2 * (min(picture.width, picture.height) // 2))
    ordered = sorted(asked, key=lambda rung: rung.height, reverse=True)
    above = [rung for rung in ordered if rung.height > most]
    kept = [rung for rung in ordered if rung.height <= most]
    if not above:
        return kept
    # The lowest of those above: its bitrate is the nearest to what the source can show.
    top = above[-1].model_copy(update={"height": most})
    return [top, *(rung for rung in kept if rung.height <= most * DISTINCT)]


def _rung(rung: Rung, ladder: Ladder, tier: Tier, picture: Picture) -> RungPlan:
    width, height = fit(picture, rung.height)
    hdr = _keeps_hdr(picture, ladder.codec)
    reduced = capped(picture, ladder.max_frame_rate)
    frame_rate = reduced or picture.frame_rate
    crf = CRF[ladder.codec] + LADDER_CRF if ladder.crf is None else max(1, ladder.crf)
    cap = rung.video_bitrate or default_cap(rung.height, frame_rate, ladder.codec)
    track = VideoTrack(
        codec=ladder.codec,
        tier=tier,
        width=width,
        height=height,
        crf=crf if rung.bitrate is None else None,
        cap=cap if rung.bitrate is None else None,
        bitrate=rung.bitrate,
        depth=10 if hdr else ladder.bit_depth,
        hdr=hdr,
        # Keyframes are forced at segment borders; this only bounds the encoder's own.
        gop=_gop(ladder.segment_seconds * 2, frame_rate),
        key_every=ladder.segment_seconds,
        rate=reduced,
    )
    return RungPlan(name=rung.height, track=track)


def _keeps_hdr(picture: Picture, codec: VideoCodec) -> bool:
    return picture.transfer in HDR_TRANSFERS and codec in HDR_CODECS


def _gop(seconds: float, frame_rate: float) -> int:
    return max(1, round(seconds * frame_rate))
