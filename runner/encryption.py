"""What the packager needs to encrypt a ladder, and what it leaves unsaid.

The scheme is `cbcs`: the one that both HLS and DASH name over one set of segments. Nobody sees the
key in an argument or a log: the packager reads it from a file of flags, and the check finds it
where the playlists say it is, as a player would. Both files are gone before anything is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schema.encryption import KEY_FILE, ContentKey, licence_place

FLAGS: Final = "packager.flags"
# The packager names the system of a common `pssh`. Clear Key has one of its own, and dash.js takes
# the ids of keys from `cenc:default_KID`, but only where no `pssh` stands with it.
_COMMON: Final = re.compile(
    r'<ContentProtection schemeIdUri="urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b">'
    r"\s*<cenc:pssh>[^<]*</cenc:pssh>"
)
_CLEAR_KEY: Final = (
    '<ContentProtection schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e"'
    f' value="ClearKey1.0">\n        {licence_place(KEY_FILE)}'
)


def flags(key: ContentKey) -> str:
    """What the packager must be told. It draws the initialisation vectors itself: a key serves one
    ladder only, so no other vector would make the same bytes again."""
    lines = (
        "--enable_raw_key_encryption",
        f"--keys=label=:key_id={key.id}:key={key.key}",
        "--protection_scheme=cbcs",
        "--clear_lead=0",
        f"--hls_key_uri=../{KEY_FILE}",
    )
    return "\n".join(lines) + "\n"


@contextmanager
def told(folder: Path, key: ContentKey) -> Iterator[None]:
    """The file of flags is there, and no longer."""
    path = folder / FLAGS
    try:
        path.write_text(flags(key), "ascii")
        yield
    finally:
        path.unlink(missing_ok=True)


def hand_out(root: Path, key: ContentKey) -> None:
    """Lay the key where the playlists of a ladder say it is."""
    (root / KEY_FILE).write_bytes(bytes.fromhex(key.key))


def take_back(root: Path) -> None:
    """From here on nobody finds the key in the ladder's folder."""
    (root / KEY_FILE).unlink(missing_ok=True)


def mend_manifest(text: str) -> str:
    """A manifest that says where the key is."""
    return _COMMON.sub(_CLEAR_KEY, text)
