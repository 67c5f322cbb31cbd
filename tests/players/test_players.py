"""What the runner makes, played by hls.js, dash.js and Shaka Player in Chromium."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.players.conftest import Play
from tests.players.film import SECONDS, SOUNDS, TEXTS, film
from tests.runner import media
from tests.runner.bench import Bench, joined, transcode
from tests.support.live import bucket_client, running
from tests.support.stack_fixtures import S3Settings

pytestmark = [pytest.mark.browser, pytest.mark.players]
BY = {"HLS": ("hls.js", "shaka"), "DASH": ("dash.js", "shaka")}
# As manifests name them: by the shortest code of a language.
LANGUAGES = ("en", "de", "")
RUNGS = [{"height": 360}, {"height": 180}]


@dataclass(frozen=True)
class Packaging:
    """A ladder that is asked for, the film it is made of, and what a viewer must find in it."""

    ladder: dict[str, Any]
    source: dict[str, Any] = field(default_factory=dict)
    rungs: tuple[tuple[int, int], ...] = ((640, 360), (320, 180))
    sounds: int = 1
    texts: int = 0


PORTRAIT = ((360, 640), (180, 320))
# Each option stands in one of them at least; HEVC and AC-3 are not played by Chromium.
PACKAGINGS = {
    "h264-three-sounds-two-subtitles": Packaging(
        {"audio_tracks": "ALL"}, {"sounds": 3, "texts": 2}, sounds=3, texts=2
    ),
    "h264-flac": Packaging({"audio_codec": "FLAC", "dash": False}),
    "av1-opus-surround": Packaging(
        {"codec": "AV1", "audio_codec": "OPUS", "audio_channels": "SURROUND"}, {"channels": 6}
    ),
    "av1-10-bit-dash": Packaging({"codec": "AV1", "bit_depth": 10, "hls": False}),
    "vp9-portrait-mono": Packaging(
        {"codec": "VP9", "audio_channels": "MONO"}, {"size": "360x640"}, rungs=PORTRAIT
    ),
    "vp9-10-bit-surround": Packaging(
        {"codec": "VP9", "bit_depth": 10, "audio_channels": "SURROUND"}, {"channels": 6}
    ),
    "picture-only": Packaging({}, {"sounds": 0}, sounds=0),
    "sound-only": Packaging({}, {"picture": False}, rungs=()),
}


def expected(packaging: Packaging) -> dict[str, Any]:
    """What a viewer must find, as `play.mjs` takes it."""
    sounds = [
        {"language": language, "hertz": hertz}
        for language, (_, hertz) in zip(LANGUAGES, SOUNDS, strict=True)
    ]
    texts = [
        {"language": language, "says": text}
        for language, text in zip(LANGUAGES, TEXTS, strict=False)
    ]
    return {
        "seconds": SECONDS,
        "rungs": packaging.rungs,
        "sounds": sounds[: packaging.sounds],
        "texts": texts[: packaging.texts],
        "picture": bool(packaging.rungs),
    }


def cases(name: str, packaging: Packaging, bench: Bench) -> list[dict[str, Any]]:
    """Every manifest in every player that knows its kind."""
    return [
        {
            "name": f"{name}-{output.kind}".lower(),
            "player": player,
            "folder": str((bench.out / output.key).parent),
            "path": Path(output.key).name,
            **expected(packaging),
        }
        for output in bench.made.outputs
        for player in BY.get(output.kind.value, ())
    ]


@pytest.mark.parametrize("name", PACKAGINGS)
async def test_every_player_plays(name: str, tmp_path: Path, play: Play) -> None:
    packaging = PACKAGINGS[name]
    source = film(tmp_path / "film.mkv", **packaging.source)
    ladder = {"rungs": RUNGS, "segment_seconds": 2, **packaging.ladder}
    more = {"subtitles": {}} if packaging.texts else {}
    bench = await transcode(source, tmp_path / "run", tier="DRAFT", ladder=ladder, **more)
    await asyncio.to_thread(play, cases(name, packaging, bench))


async def test_what_chromium_does_not_play_is_named_rightly(tmp_path: Path) -> None:
    """HEVC and AC-3: other players decide by the CODECS alone whether they try."""
    ladder = {"codec": "HEVC", "audio_codec": "AC3", "rungs": [{"height": 180}]}
    made = await transcode(film(tmp_path / "film.mkv"), tmp_path, tier="DRAFT", ladder=ladder)
    root = made.path("HLS").parent
    picture = media.stream(joined(root / "video_180"), "video")
    assert (picture["codec_tag_string"], picture["profile"]) == ("hvc1", "Main")
    named = re.findall(r'CODECS="(.*),ac-3"', made.path("HLS").read_text())
    # ISO/IEC 14496-15, E.3: profile space and number, compatibility, tier and level.
    assert len(named) == 1
    assert re.fullmatch(rf"hvc1\.1\.6\.L{picture['level']}\.[0-9a-fA-F]+", named[0])
    assert f'codecs="{named[0]}"' in made.path("DASH").read_text()
    assert 'codecs="ac-3"' in made.path("DASH").read_text()


PLAIN: dict[str, Any] = {"audioTracks": "ALL"}
ENCRYPTED = {"encryption": "CLEAR_KEY"}
# What is published, the ladder, and what of PACKAGINGS it is to a viewer.
LINKS = {
    "redirect": ("redirect", PLAIN, "h264-three-sounds-two-subtitles"),
    "proxy": ("proxy", PLAIN, "h264-three-sounds-two-subtitles"),
    "encrypted": ("redirect", PLAIN | ENCRYPTED, "h264-three-sounds-two-subtitles"),
    "encrypted-av1-opus": (
        "proxy",
        ENCRYPTED | {"codec": "AV1", "audioCodec": "OPUS", "audioChannels": "SURROUND"},
        "av1-opus-surround",
    ),
    "encrypted-vp9": (
        "redirect",
        ENCRYPTED | {"codec": "VP9", "audioChannels": "MONO"},
        "vp9-portrait-mono",
    ),
}
SLOW = {"proxy", "encrypted-av1-opus", "encrypted-vp9"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in SLOW else []) for n in LINKS]
)
async def test_a_page_of_another_origin_plays_a_link(
    name: str, new_database: Callable[[], str], s3_settings: S3Settings, tmp_path: Path, play: Play
) -> None:
    """From the private bucket, by links as any site would embed them."""
    mode, wanted, like = LINKS[name]
    packaging = PACKAGINGS[like]
    source = film(tmp_path / "film.mkv", **packaging.source)
    key = f"players-{name}.mkv"
    bucket_client(s3_settings).upload_file(str(source), s3_settings.bucket_in, key)
    ladder = {"rungs": RUNGS, "segmentSeconds": 2, **wanted}
    setting = {"REELMILL_PLAY_MODE": mode}
    with running(new_database(), s3_settings, tmp_path, **setting) as live:
        recipe = {"tier": "DRAFT", "ladder": ladder, "subtitles": {}}
        started = await live.transcode(sourceKey=key, recipe=recipe)
        job = await live.ended(started["job"]["id"])
        assert job["status"] == "SUCCEEDED", job["error"]
        links = [
            {"name": f"{name}-{output['kind']}", "player": player, "url": output["playbackUrl"]}
            for output in job["outputs"]
            for player in BY.get(output["kind"], ())
        ]
        film_is = expected(packaging) | {"encrypted": "encryption" in wanted}
        await asyncio.to_thread(play, [{**link, **film_is} for link in links])
