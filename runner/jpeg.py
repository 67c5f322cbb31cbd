"""Pure: the options of files that are pictures."""

from __future__ import annotations


def one(name: str) -> list[str]:
    """A single picture; of several, the last one stays."""
    return [
        *("-c:v", "mjpeg", "-q:v", "3", "-fps_mode", "vfr", "-flags:v", "+bitexact"),
        *("-map_metadata", "-1", "-f", "image2", "-update", "1", f"file:{name}"),
    ]


def many(pattern: str) -> list[str]:
    """Pictures that are counted from 1."""
    return [
        *("-c:v", "mjpeg", "-q:v", "4", "-fps_mode", "passthrough", "-flags:v", "+bitexact"),
        *("-map_metadata", "-1", "-f", "image2", "-start_number", "1", f"file:{pattern}"),
    ]
