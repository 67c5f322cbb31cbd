"""What came out of a job: as a table for people, and as files on the disk."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from local.buckets import BUCKET_OUT, s3_client
from local.credentials import Credentials
from local.errors import LocalError
from reelmill import Output

COLUMNS = ("kind", "key", "size", "duration", "codec", "rungs")
_ORDER = (
    *("HLS", "DASH", "MP4", "AUDIO", "CLIP", "POSTER", "PREVIEW"),
    *("SPRITE", "VTT", "PEAKS", "WAVEFORM", "SUBTITLE", "METADATA"),
)


def size_text(size: int) -> str:
    """Bytes in powers of 1024, as file managers show them."""
    value = float(size)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GiB"


def again(outputs: Iterable[Output]) -> str:
    """How many of them an earlier run has made: who waits less should know why."""
    found = [output.reused for output in outputs]
    if not any(found):
        return ""
    return (
        ", made before of the same bytes" if all(found) else f", {sum(found)} of them made before"
    )


def row(output: Output) -> tuple[str, ...]:
    codecs = [name for name in (output.video_codec, output.audio_codec) if name]
    rungs = [f"{height}p" for height in output.renditions]
    size = size_text(output.size)
    return (
        str(output.kind),
        output.key,
        f"{size} in {output.files} files" if output.files > 1 else size,
        f"{output.duration:.2f} s" if output.duration else "-",
        " + ".join(codecs) or "-",
        " ".join(rungs) or (f"{output.height}p" if output.height else "-"),
    )


def table(outputs: Iterable[Output]) -> str:
    """Columns as wide as their longest cell: nothing is cut, for people copy keys from here."""
    sorted_outputs = sorted(outputs, key=lambda output: (_rank(output.kind), output.key))
    rows = [COLUMNS, *(row(output) for output in sorted_outputs)]
    widths = [max(len(cells[index]) for cells in rows) for index in range(len(COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def folder_name(title: str) -> str:
    """A title as one folder name: no separators, no control characters, not hidden."""
    name = re.sub(r"[/\\\x00-\x1f\x7f]+", " ", title).lstrip(". ").rstrip()
    while len(name.encode("utf-8", "replace")) > 200:
        name = name[:-1]
    return name or "output"


def prefixes(outputs: Sequence[Output]) -> list[str]:
    """The folders in the bucket that together hold all outputs, none inside another."""
    folders = {posixpath.dirname(output.key) for output in outputs}
    common = posixpath.commonpath(folders) if folders else ""
    return [f"{common}/"] if common else sorted(f"{folder}/" for folder in folders if folder)


async def copy(
    endpoint: str,
    credentials: Credentials,
    outputs: Sequence[Output],
    target: Path,
) -> int:
    """Copies every object of the outputs below `target`, in the layout they have in the bucket,
    so that manifests find their segments. Replaces an earlier copy. Returns the count."""
    bucket = outputs[0].bucket or BUCKET_OUT
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    count = 0
    async with s3_client(endpoint, credentials) as client:
        for prefix in prefixes(outputs):
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            async for page in pages:
                for entry in page.get("Contents", []):
                    path = _below(fresh, entry["Key"].removeprefix(prefix))
                    answer = await client.get_object(Bucket=bucket, Key=entry["Key"])
                    with path.open("wb") as file:
                        async for chunk in answer["Body"].iter_chunks(1 << 20):
                            file.write(chunk)
                    count += 1
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return count


def _below(folder: Path, name: str) -> Path:
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise LocalError(f"The store lists a key that leaves its folder: {name!r}")
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
