"""Names the outputs and uploads them, manifests last."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner import (
    command,
    metadata,
    package,
    preview,
    sound_encoders,
    subtitles,
    transcribe,
    waveform,
)
from runner.outputs import LadderPlan, Plan
from runner.storage import Storage
from runner.texts import TranscriptPlan
from schema import parts
from schema.job import MadePart, Target
from schema.recipe import Recipe

PARALLEL = 6
# Below a prefix that no later run ever writes again, so caches may keep them for ever.
IMMUTABLE = "private, max-age=31536000, immutable"
TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".ac3": "audio/ac3",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
}
# They name other files, so they are stored behind them.
MANIFESTS = frozenset({".m3u8", ".mpd", ".vtt"})
TITLE_BYTES = 180  # room for "_metadata.json" in a file name of 255 bytes


@dataclass(frozen=True)
class Upload:
    """One file on disk, the name below the target's prefix that it gets, and the part of the recipe
    that it belongs to."""

    path: Path
    name: str
    part: str


def safe_title(title: str) -> str:
    """A title as a file name: letters, digits and mild punctuation of any script.

    No slashes, no controls, no `%` (a name with `%d` is a pattern to many tools), and nothing
    that hides the file or looks like an option at the front.
    """
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", title))
    kept = "".join(c if c.isalnum() or c in " ._-()+,'!@&=" else "_" for c in text)
    # Combining marks belong to their letter: scripts such as Devanagari need them.
    kept = "".join(
        original if unicodedata.category(original).startswith("M") else mild
        for original, mild in zip(text, kept, strict=True)
    )
    kept = re.sub(r"\.{2,}", ".", kept).strip().lstrip(".-_ ").rstrip(". ")
    cut = kept.encode("utf-8")[:TITLE_BYTES].decode("utf-8", "ignore").rstrip(". ")
    return cut or "video"


def uploads(folder: Path, plan: Plan, title: str) -> list[Upload]:
    """Everything to store, in the order that lets no manifest name a file that is not there."""
    name = safe_title(title)
    files: list[Upload] = []
    if plan.mp4:
        files.append(Upload(folder / command.MP4, f"{name}.mp4", "mp4"))
    files += _sounds(folder, plan, name)
    if plan.poster:
        files.append(Upload(folder / command.POSTER, "poster.jpg", "poster"))
    if plan.preview:
        local = preview.file_name(plan.preview)
        files.append(Upload(folder / local, local, "preview"))
    files += _clips(folder, plan, name)
    if plan.waveform:
        files += [Upload(folder / local, local, "waveform") for local in waveform.FILES]
    files += _words(folder, plan)
    manifests: list[Upload] = []
    if plan.sprite:
        sheets = (command.sprite_file(number) for number in range(1, plan.sprite.sheets + 1))
        files += [Upload(folder / sheet, sheet, "sprite") for sheet in sheets]
        index = folder / command.SPRITE_VTT
        manifests.append(Upload(index, command.SPRITE_VTT, "sprite"))
    if plan.ladder:
        root = folder / package.FOLDER
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            upload = Upload(path, path.relative_to(root).as_posix(), "ladder")
            if not _wanted(upload.name, plan.ladder):
                continue
            (manifests if path.suffix in MANIFESTS else files).append(upload)
    return files + sorted(manifests, key=_names_others, reverse=True)


def _names_others(upload: Upload) -> tuple[int, bool]:
    """Entry points are last, and a playlist of text behind it."""
    return upload.name.count("/"), upload.path.suffix == ".vtt"


def _sounds(folder: Path, plan: Plan, title: str) -> Iterator[Upload]:
    """The title and what a player goes by; from the second of a kind on with its number."""
    seen: Counter[str] = Counter()
    for audio in plan.audio:
        local = sound_encoders.file_name(audio)
        suffix = Path(local).suffix
        seen[suffix] += 1
        number = f"_{seen[suffix]}" if seen[suffix] > 1 else ""
        yield Upload(folder / local, f"{title}{number}{suffix}", parts.audio_name(audio.number))


def _clips(folder: Path, plan: Plan, title: str) -> Iterator[Upload]:
    for clip in plan.clips:
        local = folder / command.clip_file(clip.number)
        yield Upload(local, f"{title}_clip_{clip.number}.mp4", parts.clip_name(clip.number))
    if plan.metadata:
        yield Upload(folder / metadata.FILE, f"{title}_metadata.json", "metadata")


def _words(folder: Path, plan: Plan) -> Iterator[Upload]:
    """What can be read: subtitles of the source, and what was heard."""
    for text in plan.subtitles:
        for local in (subtitles.vtt_file(text), subtitles.srt_file(text)):
            yield Upload(folder / local, subtitles.published(text, local), "subtitles")
    if plan.transcript:
        for local in transcribe.FILES:
            yield Upload(folder / local, transcript_name(local, plan.transcript), "transcript")


def transcript_name(local: str, plan: TranscriptPlan) -> str:
    """With the language, such as subtitles_en.vtt."""
    stem, _, suffix = local.partition(".")
    return f"{stem}_{plan.language}.{suffix}"


def made_parts(recipe: Recipe, have: Collection[str], files: Sequence[Upload]) -> list[MadePart]:
    """Every part of the recipe that was not made before, with the files and folders that it has."""
    found: dict[str, set[str]] = {name: set() for name in parts.parts(recipe) if name not in have}
    for file in files:
        top, slash, _ = file.name.partition("/")
        found[file.part].add(top + slash)
    return [MadePart(name=name, files=tuple(sorted(names))) for name, names in found.items()]


def _wanted(name: str, ladder: LadderPlan) -> bool:
    if name.endswith(".m3u8"):
        return ladder.hls
    return ladder.dash if name.endswith(".mpd") else True


async def publish(
    storage: Storage, target: Target, files: list[Upload], on_progress: Callable[[float], None]
) -> None:
    """Upload everything: media in parallel, then the manifests, the entry points last."""
    total = sum(upload.path.stat().st_size for upload in files) or 1
    done = 0
    gate = asyncio.Semaphore(PARALLEL)

    async def store(upload: Upload) -> None:
        nonlocal done
        async with gate:
            headers = {
                "ContentType": TYPES[upload.path.suffix],
                "CacheControl": IMMUTABLE,
            }
            await storage.put(target.bucket, target.prefix + upload.name, upload.path, headers)
        done += upload.path.stat().st_size
        on_progress(done / total)

    media = [upload for upload in files if upload.path.suffix not in MANIFESTS]
    try:
        async with asyncio.TaskGroup() as group:
            for upload in media:
                group.create_task(store(upload))
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    for upload in files:
        if upload not in media:
            await store(upload)
