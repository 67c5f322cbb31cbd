"""Pure: FFprobe's list of packets of all streams -> which bytes of the file they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from runner.sparse import Range, merged

# What `read` understands. Times are those of the index: parsers would look into the packets, which
# may be holes yet.
FROM_INDEX = ("-fflags", "+noparse+nofillin")
ENTRIES = ("-show_entries", "packet=stream_index,pts_time,dts_time,size,pos,flags")


@dataclass(frozen=True)
class Packet:
    """One packet: when it is shown and decoded in the file's own time, and its bytes."""

    stream: int
    shown: float
    decoded: float
    begin: int
    end: int
    key: bool


def read(listing: bytes) -> list[Packet]:
    """Parse lines such as `0,1.040000,0.960000,3167,48,K__`. Raises ValueError for a packet that
    has no time or no place."""
    return [_packet(line) for line in listing.decode("ascii", "replace").splitlines() if line]


def _packet(line: str) -> Packet:
    stream, shown, decoded, size, at, flags = line.split(",")[:6]
    packet = Packet(
        stream=int(stream),
        shown=float(shown),
        decoded=float(decoded),
        begin=int(at),
        end=int(at) + int(size),
        key=flags.startswith("K"),
    )
    if packet.begin < 0 or packet.end < packet.begin:
        raise ValueError(line)
    return packet


def key_before(packets: Sequence[Packet], stream: int, wanted: float) -> float | None:
    """When the last keyframe at or before a time is shown; None where there is none."""
    # The thousandth is that of keyframes.find_start.
    return max(
        (p.shown for p in packets if p.stream == stream and p.key and p.shown <= wanted + 0.001),
        default=None,
    )


def reaches(packets: Sequence[Packet], until: float, least: dict[int, float]) -> bool:
    """Whether a listing that was to end at a time has each stream as far as it must have it.

    It ends with the first packet of any stream that is shown later; with none, with the file.
    """
    if all(packet.shown < until for packet in packets):
        return True
    return all(
        any(p.stream == stream and p.decoded >= wanted for p in packets)
        for stream, wanted in least.items()
    )


def ranges(packets: Sequence[Packet], streams: Collection[int], gap: int) -> list[Range]:
    """The bytes of some streams; ranges that lie no more than `gap` bytes apart are one."""
    return merged(((p.begin, p.end) for p in packets if p.stream in streams), gap)
