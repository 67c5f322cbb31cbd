"""Which bytes of a big file FFprobe needs to see, by container.

A demuxer that scans for its next sync word would walk through a hole to the end of the file, so
those that scan get head and tail without the hole. Those that go by offsets or by the size of the
file get a file of its true size.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from runner import formats
from runner.sparse import Sparse, TooMuchError

FIRST = 64 * 1024
_HEADER = 4096  # one request for a box or an element somewhere in the file
MOST_BOXES = 256
# They scan. Their durations stand at the head or in the last packets.
_SCANNING = frozenset({"matroska", "flv", "ogg", "asf", "mpeg", "mpegts"})
_WITHOUT_TAIL = frozenset({"matroska", "asf"})

_INDEXES = frozenset({b"moov", b"moof", b"sidx", b"mfra"})
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_FLV_SOUND, _FLV_PICTURE = 8, 9
_FLV_MOST = 4 * 1024 * 1024  # where the first picture or sound must have come
_CLUSTER, _SEGMENT, _INFO = b"\x1f\x43\xb6\x75", b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66"
_DURATION = (b"\x44\x89\x84", b"\x44\x89\x88")  # its id and the length of a float or a double


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes at both ends that are read in any case."""

    head: int
    tail: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read. `splice`: head and tail to look at alone, or None for the file of its size.

    `within`: where FFprobe may look for what headers do not say. Without `timed`, nothing that was
    read says how long the film is; `seconds` says it where FFprobe cannot know.
    """

    splice: tuple[int, int] | None
    within: int
    timed: bool = True
    seconds: float | None = None


async def gather(remote: Sparse, container: formats.Container, budget: Budget) -> Gathered:
    """Read what is needed. Raises RunnerError or TooMuchError."""
    if remote.size <= budget.head + budget.tail:
        await remote.need(0, remote.size)
        return Gathered(None, 0)
    begin = await _sound_begins(remote)
    head = min(remote.size, begin + budget.head)
    await remote.need(0, head)
    if container.demuxer == "mov":
        timed = await _mov(remote, budget)
        return Gathered(None, budget.head, timed)
    timed, seconds = True, None
    if container.demuxer == "matroska":
        head, timed = await _matroska(remote, budget)
    tail = 0 if container.demuxer in _WITHOUT_TAIL else min(budget.tail, remote.size - head)
    await remote.need(remote.size - tail, remote.size)
    if container.demuxer == "flv":
        head, tail = await _flv(remote, head, tail)
    if container.demuxer in _SCANNING:
        if container.demuxer == "asf":
            seconds = _asf_seconds(await remote.read(0, head))
        return Gathered((head, tail), head + tail, timed, seconds)
    return Gathered(None, budget.head)


async def _sound_begins(remote: Sparse) -> int:
    """Behind an ID3 tag, or the pictures in front of FLAC's first frame."""
    begin = formats.id3_length(await remote.read(0, 10))
    if (await remote.read(begin, begin + 4)) != b"fLaC":
        return begin
    at, last = begin + 4, False
    while not last and at < remote.size:
        block = await remote.read(at, at + 4)
        if len(block) < 4:
            break
        last = bool(block[0] & 0x80)
        at += 4 + int.from_bytes(block[1:], "big")
    return at


async def _flv(remote: Sparse, head: int, tail: int) -> tuple[int, int]:
    """Head and tail cut between tags: half a tag would be read as a stream that is none.

    Each tag says its length in front, and again in the four bytes behind it.
    """
    # The header says which kinds there are; it names some that there are not.
    flags = (await remote.read(4, 5))[0]
    missing = {kind for kind, bit in ((_FLV_SOUND, 4), (_FLV_PICTURE, 1)) if flags & bit}
    end = 13  # the header, and the length of the tag that is not in front of the first one
    while end < (_FLV_MOST if missing else head):
        tag = await remote.read(end, end + 11)
        behind = end + 11 + int.from_bytes(tag[1:4], "big") + 4
        if len(tag) < 11 or behind > remote.size or (behind > head and not missing):
            break
        missing.discard(tag[0])
        await remote.need(end, behind)
        end = behind
    tail = min(tail, remote.size - end)
    back = await remote.read(remote.size - tail, remote.size)
    at = tail
    while at >= 15:
        begin = at - 4 - int.from_bytes(back[at - 4 : at], "big")
        if begin < 0 or begin > at - 15:
            break
        at = begin
    return end, tail - at


def _asf_seconds(head: bytes) -> float | None:
    """From the file properties, in units of 100 ns; what is shown begins after the preroll."""
    at = head.find(_ASF_PROPERTIES)
    if at < 0 or len(head) < at + 88:
        return None
    length, preroll = (int.from_bytes(head[at + o : at + o + 8], "little") for o in (64, 80))
    seconds = length / 1e7 - preroll / 1e3
    return seconds if seconds > 0 else None


async def _mov(remote: Sparse, budget: Budget) -> bool:
    """The index, wherever it is, and the first samples; of a fragmented file all its indexes.

    Whether that says how long the film is: not with more fragments than are read.
    """
    indexed = sampled = fragmented = False
    count = 0
    async for kind, begin, end in boxes(remote):
        count += 1
        fragmented |= kind == b"moof"
        if kind in _INDEXES:
            await remote.need(begin, end)
            indexed = True
        if kind == b"mdat" and not sampled:
            await remote.need(begin, begin + budget.head)
            sampled = True
        if sampled and indexed and not fragmented:
            return True
    return count < MOST_BOXES


async def boxes(remote: Sparse) -> AsyncIterator[tuple[bytes, int, int]]:
    """Kind, begin and end of each box at the top of an MP4; none from where there is no box."""
    at = 0
    for _ in range(MOST_BOXES):
        if at + 8 > remote.size:
            return
        await remote.need(at, at + _HEADER)
        head = await remote.read(at, at + 16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        end = at + length if length else remote.size
        if end < at + 8:
            return
        yield head[4:8], at, min(end, remote.size)
        at = end


async def _matroska(remote: Sparse, budget: Budget) -> tuple[int, bool]:
    """Where the first pictures end, and whether a duration is said: live recordings have none."""
    timed = False
    async for kind, begin, end in _elements(remote):
        if kind == _INFO:
            info = await remote.read(begin, min(end, begin + _HEADER))
            timed = any(mark in info for mark in _DURATION)
        if kind == _CLUSTER:
            head = min(remote.size, begin + budget.head)
            await remote.need(0, head)
            return head, timed
    return min(remote.size, budget.head), timed


async def _elements(remote: Sparse) -> AsyncIterator[tuple[bytes, int, int]]:
    """Kind, begin and end of the elements inside the segment; the end of one of unknown length is
    that of the file."""
    at = 0
    for _ in range(MOST_BOXES):
        await remote.need(at, at + _HEADER)
        head = await remote.read(at, at + 12)
        width = _width(head[:1], 4)
        if width is None or (size_width := _width(head[width : width + 1], 8)) is None:
            return
        kind, size = head[:width], head[width : width + size_width]
        length = int.from_bytes(size, "big") & ((1 << 7 * size_width) - 1)
        begin = at + width + size_width
        end = remote.size if length == (1 << 7 * size_width) - 1 else begin + length
        yield kind, at, min(end, remote.size)
        at = begin if kind == _SEGMENT else end
        if at >= remote.size:
            return
    raise TooMuchError("there are too many elements")


def _width(first: bytes, most: int) -> int | None:
    """How many bytes a number has, by the zeros in front of its first byte."""
    if not first or not first[0]:
        return None
    width = 9 - first[0].bit_length()
    return width if width <= most else None
