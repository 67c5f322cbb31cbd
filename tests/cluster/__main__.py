"""A real one-node Kubernetes on this machine, without Docker. Needs root.

python -m tests.cluster prepare          all that a first run would do: packages, programs, images
python -m tests.cluster build            compile its programs into the cache
python -m tests.cluster up | down | status
python -m tests.cluster restart NAME     one of its programs, as `status` names them
python -m tests.cluster inside WORD...   run a program on the node
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

from tests.cluster import debian, images, lifecycle, node, subject, tools
from tests.cluster.command import CommandError
from tests.cluster.paths import State

_VERBS = ("prepare", "build", "up", "down", "status", "restart", "inside")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.cluster",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=_VERBS)
    parser.add_argument("words", nargs=argparse.REMAINDER)
    given = parser.parse_args(argv)
    state = State(os.environ.get("REELMILL_CLUSTER", "default"))
    try:
        return _do(given.verb, given.words, state)
    except (CommandError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1


def _do(verb: str, words: list[str], state: State) -> int:
    match verb:
        case "prepare":
            _prepare()
        case "build":
            return tools.main()
        case "up":
            lifecycle.up(state)
        case "down":
            lifecycle.down(state)
        case "status":
            print(json.dumps(lifecycle.status(state), indent=1))
        case "restart":
            node.ask(state, {"do": "restart", "name": words[0]})
        case "inside":
            enter = ["nsenter", "-t", str(lifecycle.the_node(state)), "-n", "-m", "-p", "-u", "-i"]
            return subprocess.run([*enter, "--", *words], check=False).returncode
    return 0


def _prepare() -> None:
    """Before the tests, so that they wait for nothing but the cluster, and a machine that lacks
    something says so first. Somebody's cluster needs none of it."""
    if os.environ.get(subject.NAMED):
        return
    lifecycle.need_root()
    debian.install((*debian.NODE, *debian.IMAGES))
    for group in tools.ALL:
        tools.ensure(group)
    images.ensure((images.TRIAL, images.RUNNER))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
