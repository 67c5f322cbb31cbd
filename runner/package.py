"""Cuts the encoded rungs into one set of CMAF segments, and writes HLS and DASH over it.

Shaka Packager does both: its playlists have no wall-clock times, carry I-frame playlists and exact
bandwidths, and the same input gives the same bytes. Layout below the ladder's folder:

    master.m3u8  manifest.mpd
    video_720/  init.mp4 00001.m4s ... media.m3u8 iframe.m3u8
    audio/      init.mp4 00001.m4s ... media.m3u8
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from runner import command, encryption, languages, playlists, sound_encoders
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.outputs import LadderPlan
from runner.tools import Tools
from schema.encryption import ContentKey

FOLDER = "ladder"
MASTER = "master.m3u8"
MANIFEST = "manifest.mpd"
MEDIA_PLAYLIST = "media.m3u8"
IFRAME_PLAYLIST = "iframe.m3u8"
INIT = "init.mp4"
AUDIO_TRACK = "audio"


def tracks(ladder: LadderPlan) -> dict[str, str]:
    """The folder of each track and the file it is cut from; top rung first, sound last."""
    found = {f"video_{rung.name}": command.rung_file(rung.name) for rung in ladder.rungs}
    return found | {audio_folder(name): name for name in sound_encoders.ladder_files(ladder)}


def audio_folder(name: str) -> str:
    """Where the segments of a sound lie: audio, audio_2 ..."""
    return AUDIO_TRACK + name.removesuffix(".mp4").removeprefix("audio").removeprefix("track")


async def package(
    tools: Tools,
    folder: Path,
    ladder: LadderPlan,
    watch: Watch,
    key: ContentKey | None = None,
) -> None:
    """Make the ladder's folder inside `folder` from the intermediates beside it.

    A ladder that is encrypted has its key in it, for the check.
    """
    if ladder.encryption and key is None:
        raise RunnerError(Code.PACKAGE_FAILED, "there is no key to encrypt the ladder with")
    # Packager reports no progress; it copies bytes, so the task's deadline is watch enough.
    try:
        with encryption.told(folder, key) if key else nullcontext():
            await run([tools.packager, *arguments(ladder)], cwd=folder, watch=Watch(watch.deadline))
    except ChildFailedError as error:
        raise RunnerError(Code.PACKAGE_FAILED, "the packager failed", log=error.log) from error
    root = folder / FOLDER
    default = f"{AUDIO_TRACK}/{MEDIA_PLAYLIST}"
    master = root / MASTER
    master.write_text(playlists.mend_master(master.read_text("utf-8"), default), "utf-8")
    if key:
        manifest = root / MANIFEST
        manifest.write_text(encryption.mend_manifest(manifest.read_text("utf-8")), "utf-8")
        encryption.hand_out(root, key)


def arguments(ladder: LadderPlan) -> list[str]:
    """Pure: the packager's arguments."""
    streams = [_video(rung.name) for rung in ladder.rungs]
    streams += _sounds(ladder)
    return [
        *streams,
        *("--segment_duration", f"{ladder.segment_seconds:g}"),
        # The playlists of the tracks are always written: the check decodes through them.
        *("--hls_master_playlist_output", f"{FOLDER}/{MASTER}", "--hls_playlist_type", "VOD"),
        *("--mpd_output", f"{FOLDER}/{MANIFEST}", "--generate_static_live_mpd"),
        # Creation times of zero: the same input gives the same bytes.
        # And one thread: with more, the order in the manifest is that of a race.
        *("--use_fake_clock_for_muxer", "--single_threaded", "--quiet"),
        *(("--flagfile", encryption.FLAGS) if ladder.encryption else ()),
    ]


def _video(name: int) -> str:
    folder = f"{FOLDER}/video_{name}"
    return ",".join(
        [
            f"in={command.rung_file(name)}",
            "stream=video",
            *_segments(folder),
            f"iframe_playlist_name=video_{name}/{IFRAME_PLAYLIST}",
        ]
    )


def _sounds(ladder: LadderPlan) -> Iterator[str]:
    sounds = sound_encoders.ladder_files(ladder)
    called = languages.names([track.source.language for track in sounds.values()])
    for (file, track), name in zip(sounds.items(), called, strict=True):
        role = "main" if file == command.AUDIO else "alternate"
        # By the label a manifest tells two sounds of one language from two bitrates of one sound.
        choice = [f"hls_name={name}", f"dash_label={name}", f"dash_roles={role}"]
        yield _audio(file, track.source.language, choice if len(sounds) > 1 else ["hls_name=main"])


def _audio(file: str, language: str | None, choice: Sequence[str]) -> str:
    return ",".join(
        [
            f"in={file}",
            "stream=audio",
            *([f"lang={language}"] if language else []),
            *_segments(f"{FOLDER}/{audio_folder(file)}"),
            "hls_group_id=audio",
            *choice,
        ]
    )


def _segments(folder: str) -> list[str]:
    track = folder.removeprefix(f"{FOLDER}/")
    return [
        f"init_segment={folder}/{INIT}",
        f"segment_template={folder}/$Number%05d$.m4s",
        f"playlist_name={track}/{MEDIA_PLAYLIST}",
    ]
