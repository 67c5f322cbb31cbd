"""Pure: one encode of a picture -> the options of its encoder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runner.outputs import VideoTrack
from schema.codecs import Tier, VideoCodec

# Of x264: `faster` is within 1 VMAF of `medium` at its bitrate (`python -m bench ladder`), which
# `veryfast` is not. The others are the usual counterparts; SVT-AV1 and libvpx count down.
EFFORT = {
    VideoCodec.H264: {Tier.DRAFT: "superfast", Tier.STANDARD: "faster", Tier.PREMIUM: "slow"},
    VideoCodec.HEVC: {Tier.DRAFT: "ultrafast", Tier.STANDARD: "fast", Tier.PREMIUM: "slow"},
    VideoCodec.AV1: {Tier.DRAFT: "10", Tier.STANDARD: "8", Tier.PREMIUM: "5"},
    VideoCodec.VP9: {Tier.DRAFT: "6", Tier.STANDARD: "4", Tier.PREMIUM: "1"},
}
# What FFmpeg's probes call them.
NAMES = {
    VideoCodec.H264: "h264",
    VideoCodec.HEVC: "hevc",
    VideoCodec.AV1: "av1",
    VideoCodec.VP9: "vp9",
}


@dataclass(frozen=True)
class Wish:
    """An encode, with the threads that it may use. `keys` says where keyframes must stand."""

    track: VideoTrack
    threads: int
    keys: str | None

    @property
    def effort(self) -> str:
        """In the words of the encoder."""
        return EFFORT[self.track.codec][self.track.tier]


def options(wish: Wish) -> list[str]:
    """All options of the encoder, with keyframes and threads."""
    found = _ENCODERS[wish.track.codec](wish)
    found += ["-g", str(wish.track.gop)]
    flags = "+bitexact"
    if wish.keys is not None:
        # By time and not by count, so that borders agree over rungs at any frame rate; no
        # keyframes at scene cuts, and no frame that looks beyond a border.
        found += ["-force_key_frames", wish.keys]
        flags = "+cgop+bitexact"
    return [*found, "-flags:v", flags]


def _h264(wish: Wish) -> list[str]:
    borders = ["-forced-idr", "1", "-sc_threshold", "0"] if wish.keys is not None else []
    return [
        *("-c:v", "libx264", "-preset", wish.effort, *_rate(wish.track)),
        *("-profile:v", "high", *borders, "-threads", str(wish.threads)),
    ]


def _hevc(wish: Wish) -> list[str]:
    # Its own pool of threads would have one for each processor of the machine, whatever the
    # container may use. Without `info=0` it writes its version and settings into the stream.
    private = ["log-level=error", "info=0", f"pools={wish.threads}"]
    if wish.keys is not None:
        private += ["open-gop=0", "scenecut=0"]
    return [
        *("-c:v", "libx265", "-preset", wish.effort, *_rate(wish.track), "-forced-idr", "1"),
        # Apple's players know HEVC by this name only.
        *("-tag:v", "hvc1", "-threads", str(wish.threads), "-x265-params", ":".join(private)),
    ]


def _av1(wish: Wish) -> list[str]:
    # Its levels of parallelism end at six. It makes no keyframes at scene cuts.
    return [
        *("-c:v", "libsvtav1", "-preset", wish.effort, *_rate(wish.track)),
        *("-svtav1-params", f"lp={max(1, min(6, wish.threads))}"),
    ]


def _vp9(wish: Wish) -> list[str]:
    track = wish.track
    # Columns are encoded side by side; each must be 256 pixels wide.
    columns = max(0, min(2, (track.width // 256).bit_length() - 1))
    if track.crf is None:
        rate = _rate(track)
    else:
        # A quality with a limit: here the limit is that of the average.
        rate = ["-crf", str(track.crf), "-b:v", str(track.cap or 0)]
    return [
        *("-c:v", "libvpx-vp9", "-deadline", "good", "-cpu-used", wish.effort, *rate),
        *("-row-mt", "1", "-tile-columns", str(columns), "-threads", str(wish.threads)),
    ]


def _rate(track: VideoTrack) -> list[str]:
    """By quality, perhaps with peaks that are cut, or by an average."""
    if track.crf is None:
        return ["-b:v", str(track.bitrate), *_peaks(track.cap)]
    return ["-crf", str(track.crf), *_peaks(track.cap)]


def _peaks(cap: int | None) -> list[str]:
    # A two-second buffer: what players assume that they can keep.
    return ["-maxrate", str(cap), "-bufsize", str(2 * cap)] if cap else []


_ENCODERS: dict[VideoCodec, Callable[[Wish], list[str]]] = {
    VideoCodec.H264: _h264,
    VideoCodec.HEVC: _hevc,
    VideoCodec.AV1: _av1,
    VideoCodec.VP9: _vp9,
}
