"""Probes and plans for tests of the pure parts."""

from __future__ import annotations

from typing import Any

from runner.outputs import Plan
from runner.plan import make_plan
from schema import inputs
from schema.job import Limits
from schema.probe import Probe, Stream, StreamKind
from schema.recipe import Recipe


def video(**changes: Any) -> Stream:
    """A 1080p H.264 stream at 25 frames a second."""
    values: dict[str, Any] = {
        "index": 0,
        "kind": StreamKind.VIDEO,
        "codec": "h264",
        "duration": 60.0,
        "default": True,
        "width": 1920,
        "height": 1080,
        "frame_rate": 25.0,
        "pixel_format": "yuv420p",
        "bit_depth": 8,
        "color_space": "bt709",
    }
    return Stream(**(values | changes))


def audio(**changes: Any) -> Stream:
    """A stereo AAC stream."""
    values: dict[str, Any] = {
        "index": 1,
        "kind": StreamKind.AUDIO,
        "codec": "aac",
        "duration": 60.0,
        "default": True,
        "sample_rate": 48_000,
        "channels": 2,
        "language": "eng",
    }
    return Stream(**(values | changes))


def text(**changes: Any) -> Stream:
    """English subtitles."""
    values: dict[str, Any] = {
        "index": 2,
        "kind": StreamKind.SUBTITLE,
        "codec": "subrip",
        "language": "eng",
    }
    return Stream(**(values | changes))


def probe(*streams: Stream, **changes: Any) -> Probe:
    """A minute of the given streams; without any, of picture and sound."""
    values: dict[str, Any] = {
        "container": "mov",
        "duration": 60.0,
        "size": 1_000_000,
        "streams": streams or (video(), audio()),
    }
    return Probe(**(values | changes))


def plan(source: Probe | None = None, *, limits: Limits | None = None, **recipe: Any) -> Plan:
    """A plan for a recipe given by keywords; what it names beside its source has any content."""
    wanted = Recipe.model_validate(recipe)
    contents = dict.fromkeys(inputs.named(wanted), "c" * 64)
    return make_plan(wanted, source or probe(), limits or Limits(), contents)
