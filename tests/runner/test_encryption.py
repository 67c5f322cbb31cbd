"""Encrypted ladders: of use with their key alone, and the key is nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import pytest

from runner import encryption, ffmpeg
from runner.errors import Code
from schema.encryption import ContentKey
from tests.runner import media
from tests.runner.bench import Bench, facts, joined, refusal, transcode
from tests.runner.splitting import Cutter

KEY = ContentKey(id="00112233445566778899aabbccddeeff", key="0f0e0d0c0b0a09080706050403020100")
OTHER = ContentKey(id=KEY.id, key="f" * 32)
LADDER = {"rungs": [{"height": 144}], "segment_seconds": 1, "encryption": "CLEAR_KEY"}
SMALL = "256x144"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Every program that was started, with its arguments."""
    seen: list[Sequence[str]] = []
    start = ffmpeg._start

    async def watched(argv: Sequence[str], *more: Any) -> Any:
        seen.append(argv)
        return await start(argv, *more)

    monkeypatch.setattr(ffmpeg, "_start", watched)
    return seen


def decoded(file: Path, key: ContentKey | None) -> list[bytes]:
    """Every frame of a track as its raw bytes, as another FFmpeg than ours sees it."""
    options = {"decryption_key": key.key} if key else {}
    with av.open(str(file), options=options) as container:
        return [bytes(frame.to_ndarray()) for frame in container.decode(container.streams[0])]


def undecodable(file: Path, key: ContentKey | None, right: list[bytes]) -> bool:
    """Whether a decoder gives up, or comes to no single frame that is right."""
    try:
        return not set(decoded(file, key)) & set(right)
    except av.error.FFmpegError:
        return True


def tracks(bench: Bench) -> dict[str, Path]:
    root = bench.path("HLS").parent
    return {path.parent.name: joined(path.parent) for path in sorted(root.glob("*/init.mp4"))}


def test_what_the_packager_is_told(golden: Callable[[str, str], None]) -> None:
    golden("argv/packager_flags.txt", encryption.flags(ContentKey(id="1" * 32, key="2" * 32)))


async def test_every_track_needs_the_key(tmp_path: Path, commands: list[Sequence[str]]) -> None:
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=3)
    plain = {key: value for key, value in LADDER.items() if key != "encryption"}
    clear = await transcode(source, tmp_path / "clear", ladder=plain)
    commands.clear()
    made = await transcode(source, tmp_path / "made", ladder=LADDER, key=KEY)
    right = {name: decoded(path, None) for name, path in tracks(clear).items()}
    assert set(right) == {"video_144", "audio"}
    for name, path in tracks(made).items():
        assert decoded(path, KEY) == right[name]
        assert undecodable(path, None, right[name])
        assert undecodable(path, OTHER, right[name])
    assert (facts(made, "HLS").key_id, facts(made, "DASH").key_id) == (KEY.id, KEY.id)
    assert facts(clear, "HLS").key_id is None
    # It tells nobody of its rungs.
    assert [dict(part.tracks) for part in made.made.parts] == [{}]
    assert any(argv[0] == media.tools().packager for argv in commands)
    assert not [argv for argv in commands if KEY.key in " ".join(argv)]


async def test_the_key_is_in_no_file(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=2)
    made = await transcode(source, tmp_path / "run", ladder=LADDER, poster={}, key=KEY)
    files = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert made.path("HLS") in files
    for path in files:
        data = path.read_bytes()
        assert path.name not in {"key", encryption.FLAGS}
        assert bytes.fromhex(KEY.key) not in data
        assert KEY.key.encode() not in data
    assert KEY.key not in repr(made.made)


async def test_both_manifests_say_where_the_key_is(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=2)
    made = await transcode(source, tmp_path / "run", ladder=LADDER, key=KEY)
    root = made.path("HLS").parent
    for name in ("video_144/media.m3u8", "video_144/iframe.m3u8", "audio/media.m3u8"):
        assert '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="../key"' in (root / name).read_text()
    assert 'CODECS="avc1.' in made.path("HLS").read_text()
    manifest = made.path("DASH").read_text()
    assert manifest.count('cenc:default_KID="00112233-4455-6677-8899-aabbccddeeff"') == 2
    assert manifest.count(">key</dashif:Laurl>") == 2
    assert "1077efec" not in manifest


async def test_subtitles_stay_in_clear(tmp_path: Path) -> None:
    (tmp_path / "en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n", "utf-8")
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=2)
    texts = {"files": [{"file": {"key": "en.srt"}, "language": "en"}]}
    made = await transcode(source, tmp_path / "run", ladder=LADDER, subtitles=texts, key=KEY)
    folder = made.path("HLS").parent / "text_1"
    assert "hello" in (folder / "text.vtt").read_text()
    assert "EXT-X-KEY" not in (folder / "media.m3u8").read_text()


async def test_a_split_film_is_encrypted_where_it_is_packaged(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", "-g", "10", size=SMALL, seconds=5)
    plain = {key: value for key, value in LADDER.items() if key != "encryption"}
    _, clear = await Cutter(source, tmp_path / "clear", {"ladder": plain}).run()
    _, made = await Cutter(source, tmp_path / "made", {"ladder": LADDER}, key=KEY).run()
    for name, path in tracks(clear).items():
        right = decoded(path, None)
        assert decoded(tracks(made)[name], KEY) == right
        assert undecodable(tracks(made)[name], None, right)


async def test_without_a_key_nothing_is_published(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=1)
    refused = await refusal(source, tmp_path, ladder=LADDER)
    assert refused.code is Code.PACKAGE_FAILED


async def test_a_ladder_that_its_key_does_not_open_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=1)
    flags = encryption.flags
    monkeypatch.setattr(encryption, "flags", lambda _: flags(OTHER))
    refused = await refusal(source, tmp_path, ladder=LADDER, key=KEY)
    assert refused.code is Code.VERIFY_FAILED
    assert KEY.key not in refused.log


async def test_a_ladder_in_clear_is_not_published_as_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=1)
    monkeypatch.setattr(encryption, "flags", lambda _: "--clear_lead=0\n")
    refused = await refusal(source, tmp_path, ladder=LADDER, key=KEY)
    assert refused.code is Code.VERIFY_FAILED
    assert "is not encrypted" in refused.message


async def test_a_manifest_that_does_not_name_the_key_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = media.make(tmp_path / "x.mp4", size=SMALL, seconds=1)
    monkeypatch.setattr(encryption, "mend_manifest", lambda text: text)
    refused = await refusal(source, tmp_path, ladder=LADDER, key=KEY)
    assert refused.code is Code.VERIFY_FAILED
    assert "names the key 0 times" in refused.message


def test_the_key_is_told_for_one_run_only(tmp_path: Path) -> None:
    with encryption.told(tmp_path, KEY):
        assert KEY.key in (tmp_path / encryption.FLAGS).read_text()
    assert list(tmp_path.iterdir()) == []
