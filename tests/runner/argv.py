"""Command lines as files, in which a change of one option is seen."""

from __future__ import annotations

from collections.abc import Sequence

from runner import formats
from runner.command import Writer
from runner.outputs import Plan

MOV = formats.Container("mov", "mov,mp4,m4a,3gp,3g2,mj2")


def writer(made: Plan, container: formats.Container = MOV) -> Writer:
    """The writer of a plan's commands."""
    return Writer(made, container, threads=2, max_pixels=35_389_440)


def lines(arguments: Sequence[str]) -> str:
    """One option with its values a line. The long list of codecs has a test of its own."""
    lines: list[str] = []
    for argument in arguments:
        shown = "CODECS" if argument == formats.CODEC_WHITELIST else argument
        option = argument.startswith(("-", "in=")) and argument not in {"-", "-1"}
        if option or not lines:
            lines.append(shown)
        else:
            lines[-1] += f" {shown}"
    return "\n".join(lines).replace(";", ";\n    ") + "\n"
