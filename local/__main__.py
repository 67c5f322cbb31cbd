"""`python -m local`: run the embedded stack, or send one file through it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from local import home
from local.demo import demo
from local.errors import LocalError
from local.interrupts import Interrupts, StopRequested
from local.run import run
from local.stack import Stack
from local.supervisor import adopt_orphans, end_descendants

_SETTINGS = """\
settings (environment):
  REELMILL_HOME      folder of data and secrets (.reelmill)
  REELMILL_PORT      port of the API and the web app (8400)
  REELMILL_S3_PORT   port of S3 (8333)
  REELMILL_PG_PORT   port of PostgreSQL (a free one)
  REELMILL_PG_USER   who runs PostgreSQL when root starts the stack (reelmill)
"""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="python -m local",
        description="The embedded stack: PostgreSQL, S3 and the API from wheels, on 127.0.0.1.",
        epilog=_SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command")
    commands.add_parser("run", help="start everything and keep it up until Ctrl-C")
    one = commands.add_parser("demo", help="transcode one file and show what came out")
    one.add_argument("file", nargs="?", help="default: a clip of Big Buck Bunny")
    return top


def main() -> int:
    arguments = parser().parse_args()
    if arguments.command is None:
        parser().print_help()
        return 0
    if not sys.platform.startswith("linux"):
        print("The embedded stack runs on Linux only.", file=sys.stderr)
        return 1
    adopt_orphans()
    stack = Stack(home.find(os.environ), flexible=arguments.command == "demo")
    with Interrupts() as interrupts:
        try:
            return _do(arguments, stack, interrupts)
        finally:
            interrupts.shield()
            stack.stop()
            end_descendants()


def _do(arguments: argparse.Namespace, stack: Stack, interrupts: Interrupts) -> int:
    try:
        if arguments.command == "run":
            run(stack, interrupts)
        else:
            # The Makefile hands the name over in the environment, where no shell looks at it.
            file = arguments.file or os.environ.get("REELMILL_DEMO_FILE")
            demo(stack, file, Path("demo-output"))
    except StopRequested:
        print("\nStopping ...", flush=True)
        return 0 if arguments.command == "run" else 130
    except LocalError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has seen enough, as with `make demo | head`. What Python still
        # has to say at its exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


if __name__ == "__main__":
    sys.exit(main())
