"""Whole command lines, compared with files: a change of one option must be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from runner import command_pictures, formats, package, subtitles
from runner.command import Command, Cut
from runner.command_smart import SmartWriter
from runner.outputs import Gain, Plan
from runner.vmaf import VmafWriter
from schema.probe import Probe
from tests.runner.argv import MOV, lines, writer
from tests.runner.values import audio, plan, probe, text, video

LOGO = {"image": {"key": "logo.png"}}
MPEG = formats.Container("mpeg", "mpeg")
HEAD = bytes(4) + b"ftypisom"

SEVERAL = probe(
    video(),
    audio(),
    audio(index=2, default=False, language="ger", channels=6),
    audio(index=3, default=False, language=None),
)
TITLED = probe(video(), audio(), text(), text(index=3, codec="ass", language="ger"))
SOURCES: dict[str, tuple[Probe, dict[str, object]]] = {
    "ladder_and_poster": (probe(), {"ladder": {"rungs": [{"height": 720}]}, "poster": {}}),
    "ladder_mp4_poster": (
        probe(),
        {"ladder": {"rungs": [{"height": 720}, {"height": 360}]}, "mp4": {}, "poster": {"at": 3}},
    ),
    "sprite_only": (probe(), {"sprite": {}}),
    "mp4_and_sprite": (
        probe(),
        {"mp4": {}, "sprite": {"interval": 2.5, "columns": 5, "rows": 4, "tile_width": 320}},
    ),
    "sound_only": (probe(audio(index=0)), {"ladder": {}, "mp4": {}}),
    "audio_of_every_codec": (
        probe(video(), audio(channels=6, bit_depth=24)),
        {
            "audio": [
                {"codec": "AAC"},
                {"codec": "OPUS", "bitrate": 96_000},
                {"codec": "MP3", "channels": "MONO"},
                {"codec": "FLAC", "channels": "SURROUND"},
                {"codec": "AC3", "channels": "SURROUND"},
            ],
            "poster": {},
        },
    ),
    "opus_beside_aac": (
        probe(),
        {"ladder": {"rungs": [{"height": 720}], "audio_codec": "OPUS"}, "mp4": {}},
    ),
    "waveform_beside_mp4": (probe(), {"mp4": {}, "waveform": {"points": 20}}),
    "several_sounds": (
        SEVERAL,
        {
            "ladder": {"rungs": [{"height": 720}], "audio_tracks": "ALL"},
            "mp4": {"audio_tracks": "ALL", "audio_channels": "SURROUND", "audio_codec": "FLAC"},
        },
    ),
    "picture_only": (probe(video()), {"mp4": {}}),
    "surround_to_stereo": (probe(video(), audio(channels=6)), {"mp4": {}}),
    "mono_to_stereo": (probe(video(), audio(channels=1, sample_rate=22_050)), {"mp4": {}}),
    "interlaced": (probe(video(field_order="tt")), {"mp4": {"max_height": 480}}),
    "variable_frame_rate": (probe(video(variable_frame_rate=True)), {"mp4": {}}),
    "cropped_and_padded": (
        probe(video(rotation=90), audio()),
        {
            "mp4": {"max_height": 720},
            "poster": {},
            "crop": {"top": 240, "left": 54},
            "pad": {"width": 1, "height": 1},
        },
    ),
    "watermark": (
        probe(),
        {
            "ladder": {"rungs": [{"height": 720}, {"height": 360}]},
            "mp4": {},
            "poster": {},
            "sprite": {},
            "watermark": {"image": {"key": "logo.png"}, "opacity": 0.5, "start": 2, "end": 8},
        },
    ),
    "watermark_on_hdr_and_sdr": (
        probe(video(color_transfer="smpte2084", color_primaries="bt2020", color_space="bt2020nc")),
        {
            "ladder": {"codec": "HEVC", "rungs": [{"height": 720}, {"height": 360}]},
            "mp4": {},
            "watermark": {"image": {"key": "logo.png"}, "point": {"x": 50, "y": 25}, "width": 20},
        },
    ),
    "half_the_frames": (
        probe(video(frame_rate=60000 / 1001)),
        {"ladder": {"rungs": [{"height": 720}], "max_frame_rate": 30}},
    ),
    "most_of_the_frames": (probe(video(frame_rate=30.0)), {"mp4": {"max_frame_rate": 25}}),
    "thinned_where_irregular": (
        probe(video(variable_frame_rate=True)),
        {"mp4": {"max_frame_rate": 25}},
    ),
    "hdr_pq": (
        probe(video(color_transfer="smpte2084", color_primaries="bt2020", color_space="bt2020nc")),
        {"ladder": {"rungs": [{"height": 720}]}, "poster": {}},
    ),
    "hevc_ladder": (
        probe(),
        {"ladder": {"codec": "HEVC", "bit_depth": 10, "rungs": [{"height": 720}]}, "tier": "DRAFT"},
    ),
    "av1_capped": (probe(), {"mp4": {"codec": "AV1", "crf": 28, "max_bitrate": 2_000_000}}),
    "vp9_ladder": (probe(), {"ladder": {"codec": "VP9", "rungs": [{"height": 720}]}}),
    "premium_by_bitrate": (probe(), {"mp4": {"bitrate": 4_000_000}, "tier": "PREMIUM"}),
    "ladder_by_bitrate": (
        probe(),
        {"ladder": {"rungs": [{"height": 720, "bitrate": 2_000_000}, {"height": 360}]}},
    ),
    "hdr_pq_kept_in_hevc": (
        probe(video(color_transfer="smpte2084", color_primaries="bt2020", color_space="bt2020nc")),
        {"mp4": {"codec": "HEVC"}, "poster": {}},
    ),
    "theora_in_one_thread": (probe(video(codec="theora")), {"mp4": {}}),
    "wide_gamut": (probe(video(color_primaries="bt2020", color_space="bt2020nc")), {"mp4": {}}),
    "untagged_standard_definition": (
        probe(video(width=720, height=576, color_space=None, sample_aspect=16 / 15)),
        {"mp4": {}},
    ),
    "second_streams": (
        probe(video(index=2), audio(index=5), start_time=1.4),
        {"mp4": {"crf": 18, "audio_bitrate": 96_000}},
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_main(name: str, golden: Callable[[str, str], None]) -> None:
    source, recipe = SOURCES[name]
    main = writer(plan(source, **recipe)).main()
    assert main
    assert main.seconds == 60
    golden(f"argv/{name}.txt", lines(main.arguments))


def test_levels(golden: Callable[[str, str], None]) -> None:
    """One sound is raised, another one also held down."""
    asked = [{"codec": "FLAC"}, {"codec": "MP3"}]
    made = plan(probe(audio(index=0)), loudness={"target": -14}, audio=asked)
    flac, mp3 = (file.track.mix for file in made.audio)
    gains = {flac: Gain(4.5, None), mp3: Gain(4.5, -2.0)}
    main = replace(writer(made), gains=gains).main()
    assert main
    golden("argv/levels.txt", lines(main.arguments))


def test_vmaf(golden: Callable[[str, str], None]) -> None:
    """The source goes the encoder's way; what was made is brought to its size."""
    made = plan(probe(video(height=2160, width=3840, frame_rate=50.0)), mp4={"max_height": 720})
    assert made.mp4
    assert made.mp4.video
    comparing = VmafWriter(made, MOV, threads=2, max_pixels=35_389_440)
    compared = comparing.compare("file.mp4", made.mp4.video)
    assert compared.seconds == 60
    golden("argv/vmaf.txt", lines(compared.arguments))


def test_vmaf_of_a_watermarked_film(golden: Callable[[str, str], None]) -> None:
    """The source gets the watermark too: it is no fault of the encoder."""
    made = plan(mp4={}, watermark=LOGO)
    assert made.mp4
    assert made.mp4.video
    compared = VmafWriter(made, MOV, threads=2, max_pixels=35_389_440)
    arguments = compared.compare("file.mp4", made.mp4.video).arguments
    golden("argv/vmaf_of_a_watermarked_film.txt", lines(arguments))


def _clip(container: formats.Container, **recipe: Any) -> Command:
    made = plan(clips=[{"start": 1.5, "end": 2.5}], **recipe)
    return writer(made, container).exact_clip(made.clips[0])


SMART = plan(clips=[{"start": 11.2, "end": 20.4, "mode": "SMART", "title": "A clip"}])


def _smart() -> SmartWriter:
    video = SMART.clips[0].file.video
    assert video
    return SmartWriter.of(writer(SMART), video)


OTHERS: dict[str, Callable[[], Sequence[str]]] = {
    "poster_alone": lambda: _poster(30.0, MOV),
    "poster_alone_early": lambda: _poster(3.0, MOV),
    "poster_alone_without_index": lambda: _poster(30.0, MPEG),
    "clip_exact": lambda: _clip(MOV).arguments,
    "clip_exact_with_a_watermark": lambda: (
        _clip(MOV, watermark=LOGO | {"start": 2.0, "end": 2.25}).arguments
    ),
    "clip_exact_without_index": lambda: _clip(MPEG).arguments,
    "clip_copy": lambda: _copy(probe(), MOV),
    "clip_copy_hevc": lambda: _copy(probe(video(codec="hevc"), audio()), MOV),
    "clip_copy_without_index": lambda: _copy(probe(), MPEG),
    "smart_middle": lambda: (
        _smart().middle(Cut(start=12.0, end=20.0, decode_from=11.919, decode_to=19.919)).arguments
    ),
    "smart_edge": lambda: _smart().edge("head.mp4", (11.2, 12.0), "high", 1).arguments,
    "smart_joined": lambda: _smart().joined().arguments,
    "smart_with_sound": lambda: _smart().with_sound(SMART.clips[0]).arguments,
    "speech": lambda: (
        writer(plan(probe(video(), audio(channels=6)), transcript={})).speech().arguments
    ),
    "speech_to_be_sent": lambda: (
        writer(plan(probe(), transcript={})).speech("speech.flac").arguments
    ),
    "subtitles": lambda: _texts(plan(TITLED, mp4={}, subtitles={})),
    "list_packets": lambda: writer(plan(probe(start_time=1.4), mp4={})).list_packets(11.5, 12.5),
    "packager": lambda: _packager(probe()),
    "packager_several_sounds": lambda: _packager(SEVERAL, audio_tracks="ALL"),
    "packager_encrypted": lambda: _packager(probe(), encryption="CLEAR_KEY"),
    "packager_sound_only": lambda: _packager(probe(audio(index=0, language=None))),
}


def _texts(made: Plan) -> Sequence[str]:
    return subtitles.arguments(writer(made), made.texts)


def _poster(at: float, container: formats.Container) -> Sequence[str]:
    made = plan(poster={"at": at})
    assert made.poster
    return command_pictures.poster(writer(made, container), made.poster).arguments


def _copy(source: Probe, container: formats.Container) -> Sequence[str]:
    made = plan(source, clips=[{"start": 12.5, "end": 20, "mode": "COPY"}])
    cut = Cut(start=12.0, end=20.04, decode_from=11.919, decode_to=19.959)
    return writer(made, container).copied_clip(made.clips[0], cut).arguments


def _speech(source: Probe) -> Sequence[str]:
    return writer(plan(source, transcript={})).speech().arguments


def _packager(source: Probe, **more: object) -> Sequence[str]:
    made = plan(source, ladder={"rungs": [{"height": 720}, {"height": 360}], **more})
    assert made.ladder
    return package.arguments(made.ladder)


@pytest.mark.parametrize("name", OTHERS)
def test_others(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"argv/{name}.txt", lines(OTHERS[name]()))


def test_every_command_keeps_its_input_in_its_place() -> None:
    ours = ("packager", "smart_joined")  # they read nothing but what was made here
    commands = [OTHERS[name]() for name in OTHERS if not name.startswith(ours)]
    main = writer(plan(ladder={}, mp4={}, poster={})).main()
    assert main
    for arguments in [*commands, main.arguments]:
        words = list(arguments)
        # FFprobe takes its input as the last word, FFmpeg behind -i.
        source = words.index("file:in")
        before = words[:source]
        assert before[before.index("-protocol_whitelist") + 1] == "file"
        assert before[before.index("-codec_whitelist") + 1] == formats.CODEC_WHITELIST
        assert "-format_whitelist" in before
        assert "-f" in before
        # Nothing else is ever read, and nothing has a name from outside.
        assert next(word for word in words if word.startswith("file:")) == "file:in"
        others = [word for word, flag in zip(words[1:], words, strict=False) if flag == "-i"]
        assert set(others) <= {"file:in", "file:watermark.png", "file:joined.mp4"}


def test_no_list_names_a_format_or_codec_that_reaches_further() -> None:
    allowed = {name for c in _containers() for name in c.allowed.split(",")}
    assert not allowed & {"hls", "dash", "concat", "sdp", "rtsp", "image2", "tty", "lavfi", "imf"}
    assert "magicyuv" not in formats.CODEC_WHITELIST.split(",")


def _containers() -> list[formats.Container]:
    heads = [HEAD, b"\x1a\x45\xdf\xa3", b"OggS", b"fLaC", b"FLV\x01", b"\x00\x00\x01\xba"]
    heads += [b"RIFF....AVI ", b"RIFF....WAVE", b"\xff\xfb\x90\x00", b"\xff\xf1\x50\x80"]
    found = [formats.recognise(head) for head in heads]
    assert None not in found
    return [container for container in found if container]
