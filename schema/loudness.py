"""How loud something is, after EBU R128."""

from __future__ import annotations

from pydantic import Field

from schema.base import Tolerant
from schema.curve import Curve

Decibels = float | None


class Levels(Tolerant):
    """What a meter has shown of one sound, None where it is silent.

    `integrated` in LUFS over its whole length, `range` in LU from its soft to its loud parts,
    `peak` in dBTP: the highest value, also between samples.
    """

    integrated: float | None = Field(default=None, allow_inf_nan=False)
    range: float | None = Field(default=None, allow_inf_nan=False)
    peak: float | None = Field(default=None, allow_inf_nan=False)


class Levelling(Tolerant):
    """How a sound was brought to its loudness: what it was, and by how many dB it was raised.

    `limited` where peaks had to be held down for it.
    """

    target: float
    true_peak: float
    source: Levels
    gain: float
    limited: bool


class LoudnessFacts(Levelling):
    """How loud an output is: `made` was measured on the encoded file.

    `curve` goes through it in LUFS: what a meter shows momentarily, over 400 ms.
    """

    made: Levels
    curve: Curve | None = None
