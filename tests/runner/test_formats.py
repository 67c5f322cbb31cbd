"""Containers by their bytes."""

from __future__ import annotations

import pytest

from runner.formats import HEAD_BYTES, id3_length, recognise
from tests.runner import media

FILES = {
    **{f"demo.{name}": "mov" for name in ("mp4", "mov", "m4v", "3gp", "3g2", "f4v")},
    **{f"demo.{name}": "matroska" for name in ("mkv", "webm")},
    **{f"demo.{name}": "asf" for name in ("wmv", "asf")},
    **{f"demo.{name}": "mpeg" for name in ("mpg", "mpeg", "vob")},
    "demo.m1v": "mpegvideo",
    "demo.avi": "avi",
    "demo.flv": "flv",
    "demo.ogv": "ogg",
    "demo.ogg": "ogg",
    "demo.wav": "wav",
    "demo.aif": "aiff",
}


@pytest.mark.parametrize("name", FILES)
def test_real_files(name: str) -> None:
    found = recognise(media.sample(name).read_bytes()[:HEAD_BYTES])
    assert found
    assert found.demuxer == FILES[name]


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\xff\xfb\x90\x64" + bytes(400), "mp3"),
        (b"\xff\xf3\x84\x64" + bytes(400), "mp3"),
        (b"\xff\xf1\x50\x80" + bytes(400), "aac"),
        (b"\xff\xf9\x50\x80" + bytes(400), "aac"),
        (b"fLaC\x00\x00\x00\x22", "flac"),
        ((b"\x47" + bytes(187)) * 6, "mpegts"),
        ((bytes(4) + b"\x47" + bytes(187)) * 6, "mpegts"),
        (b"\x00\x00\x00\x08wide", "mov"),
        (b"RF64\xff\xff\xff\xffWAVE", "wav"),
    ],
)
def test_signatures(head: bytes, demuxer: str) -> None:
    found = recognise(head)
    assert found
    assert found.demuxer == demuxer


@pytest.mark.parametrize(
    "head",
    [
        *(b"", b"\x00", b"#EXTM3U\n", b"ffconcat version 1.0\n", b"v=0\no=-", b"<?xml version"),
        *(b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF....WEBP", b"\xff\xd8\xff\xe0"),
        *(b"PK\x03\x04", b"\x7fELF", b"G" * 4096, b"\xff\xff\xff\xff", b"[playlist]", b"hello"),
    ],
)
def test_everything_else_is_refused(head: bytes) -> None:
    found = recognise(head)
    # A file full of the letter G has the sync bytes of a transport stream, and is one to refuse
    # later: FFprobe finds no stream in it.
    assert found is None or head.startswith(b"GGGG")


def test_id3_tag_is_skipped() -> None:
    assert id3_length(b"ID3\x04\x00\x00\x00\x00\x02\x01" + bytes(20)) == 10 + 257
    assert id3_length(b"ID3\x04\x00\x10\x00\x00\x02\x01" + bytes(20)) == 10 + 257 + 10
    assert id3_length(b"ID3\x04\x00\x00\x80\x00\x02\x01" + bytes(20)) == 0
    assert id3_length(b"ID3") == 0
