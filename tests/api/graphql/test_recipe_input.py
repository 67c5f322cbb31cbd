"""A recipe as a client writes it becomes the recipe that is stored, enumerations too."""

from __future__ import annotations

import strawberry

from api.graphql.mutations.recipe import RecipeInput
from api.graphql.mutations.refusals import plain
from api.graphql.types import scalars
from schema.recipe import Recipe

RECIPE = """{ asked(recipe: {
  tier: DRAFT
  loudness: { target: -16 }
  ladder: { codec: AV1, audioCodec: OPUS, audioTracks: ALL, audioChannels: SURROUND }
  audio: [{ codec: MP3, channels: MONO }]
  waveform: { points: 20 }
  clips: [{ mode: COPY }]
}) }"""


def test_enumerations_come_through() -> None:
    seen: list[Recipe] = []

    @strawberry.type
    class Query:
        @strawberry.field
        def asked(self, recipe: RecipeInput) -> str:
            seen.append(Recipe.model_validate(plain(recipe)))
            return ""

    assert scalars.SCALARS
    answer = strawberry.Schema(Query).execute_sync(RECIPE)
    assert answer.errors is None
    made = seen[0].model_dump(mode="json", exclude_unset=True)
    assert made == {
        "tier": "DRAFT",
        "loudness": {"target": -16.0},
        "ladder": {
            "codec": "AV1",
            "audio_codec": "OPUS",
            "audio_channels": "SURROUND",
            "audio_tracks": "ALL",
        },
        "audio": [{"codec": "MP3", "channels": "MONO"}],
        "waveform": {"points": 20},
        "clips": [{"mode": "COPY"}],
    }
