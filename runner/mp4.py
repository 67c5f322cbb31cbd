"""Pure: the options of an MP4 of ours, behind those of its encoders."""

from __future__ import annotations


def mp4_tail(name: str, *, faststart: bool, title: str | None = None) -> list[str]:
    """No metadata of the source: it may hold a place, and it is not ours to publish."""
    flags = ["-movflags", "+faststart"] if faststart else []
    titled = ["-metadata", f"title={title}"] if title else []
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1", *titled, "-fflags", "+bitexact"),
        *flags,
        *("-f", "mp4", f"file:{name}"),
    ]
