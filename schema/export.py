"""`python -m schema.export`: write the JSON Schemas of what crosses a boundary.

With `--check`, write nothing and fail when a file is not what the code says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from schema.base import Message, Tolerant
from schema.job import (
    ChunkReport,
    Claim,
    ClaimRequest,
    CompletionReport,
    FailureReport,
    PlanReport,
    ProgressAnswer,
    ProgressReport,
    SourcedAnswer,
    SourcedReport,
)
from schema.presets import Preset
from schema.probe import Probe
from schema.probing import ProbeAnswer, ProbeClaim, ProbeReport
from schema.recipe import Recipe

_FOLDER = Path(__file__).resolve().parent / "jsonschema"
_SHAPES: tuple[type[Message | Tolerant], ...] = (
    ChunkReport,
    Claim,
    ClaimRequest,
    CompletionReport,
    FailureReport,
    PlanReport,
    Preset,
    Probe,
    ProbeAnswer,
    ProbeClaim,
    ProbeReport,
    ProgressAnswer,
    ProgressReport,
    Recipe,
    SourcedAnswer,
    SourcedReport,
)


def documents() -> dict[str, str]:
    """File name to text."""
    return {
        f"{shape.__name__}.json": json.dumps(shape.model_json_schema(), indent=2) + "\n"
        for shape in _SHAPES
    }


def main() -> int:
    """Write or compare."""
    wanted = documents()
    if "--check" not in sys.argv[1:]:
        _FOLDER.mkdir(exist_ok=True)
        for name, text in wanted.items():
            (_FOLDER / name).write_text(text, "utf-8")
        return 0
    found = {file.name: file.read_text("utf-8") for file in _FOLDER.glob("*.json")}
    stale = sorted(name for name in wanted.keys() | found if wanted.get(name) != found.get(name))
    for name in stale:
        print(f"schema/jsonschema/{name} is stale; run: make schema", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
