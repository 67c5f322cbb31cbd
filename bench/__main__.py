"""`python -m bench [NAME ...]`: measure, print one table, exit 1 when a promise is not kept."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from bench.rows import Row, table
from bench.sizes import SMALL, Sizes

# In the order of the promises; each is a module of this package with a function `run`.
CLUSTER = ("launch", "watch", "live_jobs")  # these need root and the programs of the test cluster
NAMES = (
    "jobs",
    "split",
    "ladder",
    "cut",
    "clip",
    *CLUSTER,
    "scan",
    "assets",
    "subscribers",
    "upload",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--small", action="store_true", help="tiny sizes, which prove nothing")
    parser.add_argument("--rounds", type=int, help="rounds of every bench")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(NAMES))
    if unknown:
        parser.error(f"there is no bench {unknown[0]!r}; there are {', '.join(NAMES)}")
    # An end by `kill` cleans up as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sizes = SMALL if given.small else Sizes()
    if given.rounds:
        sizes = sizes.with_rounds(given.rounds)
    print(_machine(), flush=True)
    rows = [
        row for name in NAMES if not given.names or name in given.names for row in _of(name, sizes)
    ]
    print(f"\n{table(rows)}")
    if given.small:
        print("\nThese sizes are too small for the ratios to mean anything.")
    return 0 if all(row.ok for row in rows) else 1


def _of(name: str, sizes: Sizes) -> list[Row]:
    module = import_module(f"bench.{name}")
    run: Callable[[Sizes], list[Row]] = module.run
    print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
    return run(sizes)


def _machine() -> str:
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{now}, {platform.machine()}, {cores} cores, Python {python}, load {load:.1f}"


if __name__ == "__main__":
    sys.exit(main())
