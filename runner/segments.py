"""Checks the files of a ladder: playlists, manifest, segments. `root` is the ladder's folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from runner import lint, package, playlists
from runner.expected import failed
from runner.groups import Group
from runner.outputs import LadderPlan
from schema.encryption import KEY_FILE, ContentKey, licence_place


def check_files(root: Path, ladder: LadderPlan, groups: Sequence[Group] = ()) -> None:
    """Playlists and manifest parse, agree, and name only files that are there and not empty."""
    folders = [*package.tracks(ladder), *(group.folder for group in groups)]
    try:
        named = set(playlists.read_master((root / package.MASTER).read_text("utf-8")))
        missing = {f"{folder}/{package.MEDIA_PLAYLIST}" for folder in folders} - named
        in_hls: set[str] = set()
        for folder in folders:
            media = _media(root, folder)
            in_hls |= {f"{folder}/{name}" for name, _ in media.segments}
            in_hls |= {f"{folder}/{media.init}"} if media.init else set()
        in_dash = playlists.read_manifest((root / package.MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise failed(f"the playlists are not readable: {error}") from error
    if missing or in_hls != in_dash:
        differ = sorted(missing | (in_hls ^ in_dash))
        raise failed(f"the playlists do not agree on {differ[:5]}")
    for name in named | in_dash:
        if not (root / name).is_file() or (root / name).stat().st_size == 0:
            raise failed(f"{name} is missing or empty")


def check_rules(root: Path, ladder: LadderPlan) -> None:
    """What playlists and manifest say keeps the rules that players rely on."""
    try:
        lint.check_master((root / package.MASTER).read_text("utf-8"))
        lint.check_manifest((root / package.MANIFEST).read_text("utf-8"))
        for folder in package.tracks(ladder):
            lint.check_durations((root / folder / package.MEDIA_PLAYLIST).read_text("utf-8"))
        for rung in ladder.rungs:
            folder = f"video_{rung.name}"
            iframes = (root / folder / package.IFRAME_PLAYLIST).read_text("utf-8")
            lint.check_ranges(root / folder, iframes)
    except (OSError, ValueError) as error:
        raise failed(f"the playlists break a rule: {error}") from error


def _media(root: Path, folder: str) -> playlists.MediaPlaylist:
    path = root / folder / package.MEDIA_PLAYLIST
    media = playlists.read_media(path.read_text("utf-8"))
    if not media.complete:
        raise playlists.BadPlaylistError(f"{folder} has no end")
    return media


def check_borders(root: Path, ladder: LadderPlan) -> None:
    """Segments begin with keyframes, and at the same times in all rungs."""
    first: list[float] | None = None
    for rung in ladder.rungs:
        borders = _borders(root, f"video_{rung.name}")
        if first is None:
            first = borders
        # Timescales may differ, times may not: a tenth of a millisecond is rounding.
        same = len(borders) == len(first) and all(
            abs(a - b) < 1e-4 for a, b in zip(first, borders, strict=True)
        )
        if not same:
            raise failed(f"segments of rung {rung.name} begin at other times")


def _borders(root: Path, folder: str) -> list[float]:
    starts = []
    for name, _ in _media(root, folder).segments:
        with (root / folder / name).open("rb") as file:
            index = playlists.read_index(file.read(4096))
        if not index.starts_with_keyframe:
            raise failed(f"{folder}/{name} does not begin with a keyframe")
        starts.append(index.start / index.timescale)
    return starts


def check_encrypted(root: Path, ladder: LadderPlan, key: ContentKey) -> None:
    """Every track says that all of it is encrypted with this key, and the manifest where that is.

    A track that says so and is in clear does not stand being decrypted, which decoding it shows.
    """
    for folder in package.tracks(ladder):
        if _key_id((root / folder / package.INIT).read_bytes()) != key.id:
            raise failed(f"{folder} is not encrypted")
    text = (root / package.MANIFEST).read_text("utf-8")
    named = text.count(licence_place(KEY_FILE))
    sets = len(re.findall(r'contentType="(?:video|audio)"', text))
    if named != sets:
        raise failed(f"the manifest names the key {named} times instead of {sets}")


def _key_id(init: bytes) -> str | None:
    """The key of a protected track (`tenc`, ISO/IEC 23001-7, 8.2); None where it is in clear."""
    _, found, body = init.partition(b"tenc")
    # Version, flags and two more bytes stand in front of: protected, size of vectors, id.
    return body[8:24].hex() if found and body[6] == 1 else None
