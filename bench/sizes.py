"""How much each bench does: the sizes of the promises, and tiny ones that only try the code."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Counts, seconds and bytes of all benches."""

    rounds: int = 5
    # A whole job takes minutes, so it is done less often.
    job_rounds: int = 3
    job_seconds: int = 60
    job_height: int = 1080
    # Processor time is measured, which one round shows.
    split_rounds: int = 1
    # Fifteen pieces, and one for sound and poster: four workers end at about the same time.
    split_seconds: int = 900
    split_chunk_seconds: int = 60
    split_height: int = 360
    ladder_seconds: int = 60
    ladder_rounds: int = 2
    # Processor time too.
    cut_rounds: int = 1
    cut_seconds: int = 600
    cut_height: int = 720
    clip_bytes: int = 2 << 30
    clip_rounds: int = 1
    launched: int = 1_000
    launched_in_faults: int = 300
    watched: int = 200
    live_jobs: int = 10_000
    # Longer than the leader's sweep takes to come: it reads every live task.
    settle_seconds: float = 35.0
    objects: int = 100_000
    # The peer shows its rate on a part: it does not get faster with more.
    inserted: int = 20_000
    scan_rounds: int = 3
    assets: int = 200
    query_seconds: float = 6.0
    subscribers: int = 1_000
    stalled: int = 100
    watch_seconds: float = 20.0
    upload_bytes: int = 1 << 30
    # Each round stores the file once for every arm, and SeaweedFS frees no space meanwhile.
    upload_rounds: int = 3

    def with_rounds(self, rounds: int) -> Sizes:
        """The same with another number of rounds everywhere."""
        return replace(
            self,
            rounds=rounds,
            job_rounds=rounds,
            split_rounds=rounds,
            ladder_rounds=rounds,
            cut_rounds=rounds,
            scan_rounds=rounds,
            upload_rounds=rounds,
            clip_rounds=rounds,
        )


SMALL = Sizes(
    rounds=1,
    job_rounds=1,
    job_seconds=2,
    job_height=240,
    split_seconds=24,
    split_chunk_seconds=12,
    split_height=144,
    ladder_seconds=3,
    ladder_rounds=1,
    cut_seconds=10,
    cut_height=144,
    # Smaller ones are fetched whole.
    clip_bytes=64 << 20,
    clip_rounds=1,
    launched=40,
    launched_in_faults=30,
    watched=10,
    live_jobs=60,
    settle_seconds=1.0,
    objects=3_000,
    inserted=300,
    scan_rounds=1,
    assets=60,
    query_seconds=0.5,
    subscribers=20,
    stalled=3,
    watch_seconds=2.0,
    upload_bytes=20 << 20,
    upload_rounds=1,
)
