"""Pure: what is done to decoded sound: cut, resampled, mixed; split where it is wanted twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from runner.branches import split
from runner.outputs import AudioTrack, Gain, Mix

OVERSAMPLING = 4  # as the meters of true peaks do it (ITU-R BS.1770)
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def branches(
    streams: Any,
    tracks: Mapping[str, AudioTrack],
    span: tuple[float, float] | None,
    gains: Mapping[Mix, Gain],
) -> Iterator[tuple[str, Any]]:
    """Every encode by its name, finished. `streams` are those of the input, `span` in seconds.

    Every stream is decoded once, and every mix is made once.
    """
    mixes = {name: track.mix for name, track in tracks.items()}
    distinct = sorted(dict.fromkeys(mixes.values()), key=lambda mix: mix.source.stream)
    for stream, same in groupby(distinct, key=lambda mix: mix.source.stream):
        wanted = list(same)
        decoded = split(streams[str(stream)], "asplit", len(wanted))
        for mix, node in zip(wanted, decoded, strict=True):
            names = [name for name in tracks if mixes[name] == mix]
            made = _raised(_mixed(node, mix, span), mix, gains.get(mix))
            yield from zip(names, split(made, "asplit", len(names)), strict=True)


def outlined(node: Any, samples: int, listing: str) -> Any:
    """The lowest and the highest sample of each stretch of so many, over all channels."""
    node = node.filter("asetnsamples", n=samples, p=0)
    what = {"measure_perchannel": "none", "measure_overall": "Min_level+Max_level"}
    node = node.filter("astats", metadata=1, reset=1, **what)
    return node.filter("ametadata", mode="print", file=listing)


def _mixed(node: Any, mix: Mix, span: tuple[float, float] | None) -> Any:
    """The channels at the output's rate, beginning at zero, gaps filled with silence."""
    if span:
        start, end = span
        node = node.filter("atrim", start=start, end=end).filter("asetpts", f"PTS-{start}/TB")
    has, made = mix.source.channels, mix.channels
    if made == 1 and has == 1:
        return _levelled(_resampled(node, mix, "mono"), "mono", limited=False)
    if made == 6:
        node = _resampled(node, mix, "5.1")
        # More than six channels are added up, as below.
        return _levelled(node, "5.1", limited=has > made)
    if has == 1:
        node = node.filter("pan", args="stereo|c0=c0|c1=c0")
    node = _levelled(_resampled(node, mix, "stereo"), "stereo", limited=has > 2)
    # Half of each side, so that what both have in common keeps its level and nothing clips.
    return node.filter("pan", args="mono|c0=0.5*c0+0.5*c1") if made == 1 else node


def _raised(node: Any, mix: Mix, gain: Gain | None) -> Any:
    """The same at another level. Peaks are held down where they stand: between samples, too."""
    if gain is None:
        return node
    node = node.filter("volume", f"{gain.db:.2f}dB")
    if gain.ceiling is None:
        return node
    node = node.filter("aresample", OVERSAMPLING * mix.sample_rate)
    node = node.filter("alimiter", limit=f"{10 ** (gain.ceiling / 20):.6f}", level=0, latency=1)
    node = node.filter("aresample", mix.sample_rate)
    return node.filter("aformat", sample_fmts="fltp", channel_layouts=LAYOUTS[mix.channels])


def _resampled(node: Any, mix: Mix, layout: str) -> Any:
    # `async` fills gaps and a late start; without it sound and picture drift apart.
    options = {"async": 1, "first_pts": 0, "ochl": layout}
    return node.filter("aresample", mix.sample_rate, **options)


def _levelled(node: Any, layout: str, *, limited: bool) -> Any:
    if limited:
        # ITU-R BS.775: centre and surrounds at -3 dB, no LFE, and no attenuation of the sum,
        # so speech keeps its level; what would clip is limited instead.
        node = node.filter("alimiter", limit=0.97, level=0, latency=1)
    return node.filter("aformat", sample_fmts="fltp", channel_layouts=layout)
