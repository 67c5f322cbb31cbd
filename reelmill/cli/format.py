"""Pure: values as people read them."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from reelmill.kinds import JobStatus
from reelmill.models import Job, Output
from reelmill.uploads import Stage, UploadProgress

_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB", "PB")
_STAGES: Final = {Stage.COMPLETING: "completing", Stage.ABORTING: "dropping the parts"}


def size(count: float) -> str:
    """Bytes in decimal units, as disks and networks are sold."""
    value, unit = float(count), 0
    # 999.95 would be shown as 1000.0.
    while value >= 999.95 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} bytes" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def several(count: int, noun: str) -> str:
    """How many of a thing whose plural is regular."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def rate(count: float, seconds: float) -> str:
    """Bytes a second; empty while there is nothing to divide by."""
    return f"{size(count / seconds)}/s" if seconds > 0 else ""


def clock(seconds: float) -> str:
    """A length of media or of a wait: 0:07, 1:05, 2:03:09."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def took(seconds: float) -> str:
    """How long something took."""
    return f"{seconds:.1f} s" if seconds < 60 else clock(seconds)


def moment(value: datetime | None) -> str:
    """A time in the zone of this machine."""
    return value.astimezone().strftime("%Y-%m-%d %H:%M") if value else ""


def age(value: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    if value is None:
        return ""
    # A server whose clock is ahead has made nothing in the future.
    seconds = max((now - value).total_seconds(), 0)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"


def picture(output: Output) -> str:
    """Width and height in pixels, or the rungs of a ladder."""
    if output.renditions:
        return "/".join(str(height) for height in sorted(output.renditions, reverse=True))
    return f"{output.width}x{output.height}" if output.width and output.height else ""


def codecs(output: Output) -> str:
    """Video and audio."""
    return "+".join(name for name in (output.video_codec, output.audio_codec) if name)


def safe(text: str) -> str:
    """Text of somebody else, without what a terminal would obey instead of show."""
    return "".join(
        repr(character)[1:-1]
        if unicodedata.category(character) in {"Cc", "Cf", "Cs"}
        else character
        for character in text
    )


def shorten(text: str, width: int) -> str:
    """At most `width` characters; the middle goes, since both ends tell files apart."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[len(text) - tail :]}"


def upload_detail(progress: UploadProgress, seconds: float) -> str:
    """What stands behind an upload's bar."""
    if progress.stage in _STAGES:
        return _STAGES[progress.stage]
    left = progress.size - progress.sent
    # What an earlier run has sent says nothing of this one's line.
    pace = (progress.sent - progress.held) / seconds if seconds > 0 else 0.0
    shown = f"{size(progress.sent)} of {size(progress.size)}"
    return f"{shown}  {size(pace)}/s  {clock(left / pace)} left" if pace > 0 else shown


def job_state(job: Job) -> str:
    """Status, and the phase while it runs."""
    running = job.status == JobStatus.RUNNING and job.phase is not None
    return str(job.phase if running else job.status).lower().replace("_", " ")


def job_detail(job: Job, *, with_percent: bool = False) -> str:
    """What stands behind a job's bar; where there is no bar, the percentage too."""
    words = [job_state(job)]
    if with_percent and job.progress and not job.done:
        words.append(percent(job))
    if not job.done and job.waiting_reason:
        words.append(f"({safe(job.waiting_reason)})")
    if job.status == JobStatus.RUNNING:
        words += [f" {job.speed:.2g}x"] if job.speed else []
        words += [f" {clock(job.eta_seconds)} left"] if job.eta_seconds is not None else []
    return " ".join(words)


def percent(job: Job) -> str:
    """Progress of a job."""
    return f"{job.progress * 100:.0f} %"
