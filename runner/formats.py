"""Pure: which containers and codecs are let in, decided by the bytes and never by a name.

The demuxer is chosen here and forced on every tool (`-f`), beside an allow-list of one format
and an allow-list of decoders. Containers that can name other files or addresses (HLS, DASH,
concat, SDP, ffmetadata and their like) are not in the table, so they cannot be reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEAD_BYTES = 4096

# Demuxers whose files carry an index, so that `-ss` before the input lands on a keyframe at or
# before the wanted time. The others are read from the start when a cut must be exact.
INDEXED = frozenset({"mov", "matroska", "avi", "wav", "flac"})

# Demuxers whose headers give no duration, or only a guess from the bitrate.
WITHOUT_DURATION = frozenset({"aac", "mp3", "mpeg", "mpegts", "flv"})

# Codec name, as FFprobe says it -> decoders that may be used for it. Left out on purpose:
# MagicYUV (CVE-2026-8461) and everything else that no camera, phone or editor exports.
DECODERS: Mapping[str, tuple[str, ...]] = {
    # picture
    "h264": ("h264",),
    "hevc": ("hevc",),
    "av1": ("libdav1d", "av1"),
    "vp8": ("vp8",),
    "vp9": ("vp9",),
    "mpeg1video": ("mpeg1video",),
    "mpeg2video": ("mpeg2video",),
    "mpeg4": ("mpeg4",),
    "msmpeg4v1": ("msmpeg4v1",),
    "msmpeg4v2": ("msmpeg4v2",),
    "msmpeg4v3": ("msmpeg4",),
    "h263": ("h263",),
    "flv1": ("flv",),
    "vp6": ("vp6",),
    "vp6f": ("vp6f",),
    "wmv1": ("wmv1",),
    "wmv2": ("wmv2",),
    "wmv3": ("wmv3",),
    "vc1": ("vc1",),
    "theora": ("theora",),
    "mjpeg": ("mjpeg",),
    "prores": ("prores",),
    "dnxhd": ("dnxhd",),
    "dvvideo": ("dvvideo",),
    # sound
    "aac": ("aac",),
    "aac_latm": ("aac_latm",),
    "mp3": ("mp3float", "mp3"),
    "mp2": ("mp2float", "mp2"),
    "ac3": ("ac3",),
    "eac3": ("eac3",),
    "dts": ("dca",),
    "truehd": ("truehd",),
    "mp1": ("mp1float", "mp1"),
    "flac": ("flac",),
    "alac": ("alac",),
    "opus": ("opus",),
    "vorbis": ("vorbis",),
    "wmav1": ("wmav1",),
    "wmav2": ("wmav2",),
    "wmapro": ("wmapro",),
    "amr_nb": ("amrnb",),
    "amr_wb": ("amrwb",),
    "adpcm_ms": ("adpcm_ms",),
    "adpcm_ima_wav": ("adpcm_ima_wav",),
    "adpcm_ima_qt": ("adpcm_ima_qt",),
    "adpcm_swf": ("adpcm_swf",),
    "nellymoser": ("nellymoser",),
    "speex": ("speex",),
    **{
        name: (name,)
        for name in (
            *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be"),
            *("pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
            *("pcm_alaw", "pcm_mulaw"),
        )
    },
}

# Decoders of streams that we never decode. FFprobe opens one for each stream, and gives up on a
# film for a subtitle whose decoder it may not open.
BYSTANDERS = (
    *("subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text", "cc_dec"),
    *("pgssub", "dvdsub", "dvbsub", "xsub"),
)
CODEC_WHITELIST = ",".join((*(n for names in DECODERS.values() for n in names), *BYSTANDERS))

# Decoders that must not use threads. That of Theora (FFmpeg 8.1 and 9.0, seen) hands frames on
# before they are decoded: now and then a film has green frames, without any error.
ONE_THREAD = frozenset({"theora"})

# Codecs whose packets an MP4 can hold and players expect there.
MP4_CODECS = frozenset(
    {
        *("h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "mpeg1video"),
        *("aac", "mp3", "mp2", "ac3", "eac3", "alac", "flac", "opus"),
    }
)


@dataclass(frozen=True)
class Container:
    """One accepted container: FFmpeg's short name to force, the format names and the decoders to
    allow."""

    demuxer: str
    allowed: str
    decoders: str = CODEC_WHITELIST


MOV = Container("mov", "mov,mp4,m4a,3gp,3g2,mj2")
_MATROSKA = Container("matroska", "matroska,webm")
_BY_NAME = {
    name: Container(name, name)
    for name in (
        *("avi", "flv", "asf", "mp3", "aac", "wav", "flac", "ogg", "mpeg", "mpegts", "aiff"),
        "mpegvideo",
    )
}

_IMAGES = {
    b"\x89PNG\r\n\x1a\n": Container("png_pipe", "png_pipe", "png"),
    b"\xff\xd8\xff": Container("jpeg_pipe", "jpeg_pipe", "mjpeg"),
}
_WEBP = Container("webp_pipe", "webp_pipe", "webp")

# The demuxer of files that we make, by the end of their names.
_OURS = {
    **dict.fromkeys(("mp4", "m4a", "mov"), "mov"),
    "opus": "ogg",
    "mp3": "mp3",
    "flac": "flac",
    "ac3": "ac3",
}

_MOV_ATOMS = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})


def demuxer_of(name: str) -> str:
    """The demuxer of a file of ours."""
    return _OURS[name.rsplit(".", 1)[-1]]


def id3_length(head: bytes) -> int:
    """Bytes of an ID3v2 tag at the start: the sound, of whatever format, begins behind it."""
    if len(head) < 10 or not head.startswith(b"ID3") or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
    footer = 10 if head[5] & 0x10 else 0
    return 10 + size + footer


def recognise(head: bytes) -> Container | None:
    """The container that these first bytes open, or None. An ID3 tag must be cut off before."""
    if head[4:8] in _MOV_ATOMS:
        return MOV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _MATROSKA
    name = _riff(head) or _signature(head) or _sound_sync(head)
    return _BY_NAME[name] if name else None


def image(head: bytes) -> Container | None:
    """The kind of image that these first bytes open, or None. No film is one."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _WEBP
    return next((kind for start, kind in _IMAGES.items() if head.startswith(start)), None)


def _riff(head: bytes) -> str | None:
    kinds = {b"AVI ": "avi", b"AVIX": "avi", b"WAVE": "wav", b"AIFF": "aiff", b"AIFC": "aiff"}
    if head[:4] in {b"RIFF", b"RF64", b"FORM"}:
        return kinds.get(head[8:12])
    return None


def _signature(head: bytes) -> str | None:
    signatures = {
        b"FLV\x01": "flv",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "asf",
        b"fLaC": "flac",
        b"OggS": "ogg",
        b"\x00\x00\x01\xba": "mpeg",
        b"\x00\x00\x01\xb3": "mpegvideo",
    }
    for signature, name in signatures.items():
        if head.startswith(signature):
            return name
    # Transport streams have a sync byte every 188 bytes; 192 where each has a time stamp.
    for start, step in ((0, 188), (4, 192)):
        syncs = head[start : start + 5 * step : step]
        if len(syncs) == 5 and set(syncs) == {0x47}:
            return "mpegts"
    return None


def _sound_sync(head: bytes) -> str | None:
    """Eleven set bits begin an MPEG audio frame; layer bits of zero make it ADTS."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "aac"
    has_layer = head[1] & 0x06 != 0
    sane_rates = head[2] & 0xF0 != 0xF0 and head[2] & 0x0C != 0x0C
    return "mp3" if has_layer and sane_rates else None
