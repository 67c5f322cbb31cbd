"""The list of clips, for programs that know nothing of our API: `<title>_metadata.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schema import parts
from schema.output import OutputFacts
from schema.recipe import Recipe
from schema.source import SourceFacts

FILE = "metadata.json"
# Of what is known of a clip: what another program can use without us.
_TOLD = frozenset(
    {"title", "start", "duration", "size", "sha256", "width", "height", "content_type"}
    | {"video_codec", "audio_codec", "channels", "sample_rate", "languages", "bitrate"}
)


def write(
    folder: Path,
    title: str,
    source: SourceFacts,
    recipe: Recipe,
    made: Mapping[str, OutputFacts],
) -> None:
    """Write it; `made` are the facts of every clip by its part, also of those made before."""
    clips: list[dict[str, Any]] = []
    for number, asked in enumerate(recipe.clips, start=1):
        facts = made[parts.clip_name(number)]
        told = facts.model_dump(mode="json", include=set(_TOLD))
        told |= {"number": number, "file": facts.key.rpartition("/")[2], "mode": asked.mode.value}
        clips.append(told | {"asked": {"start": asked.start, "end": asked.end}})
    document = {
        "title": title,
        "source": {
            "size": source.size,
            "sha256": source.sha256,
            "duration": source.probe.duration if source.probe else None,
        },
        "clips": clips,
    }
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / FILE).write_text(text + "\n", "utf-8")
