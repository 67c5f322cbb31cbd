"""What the client sends is valid by the contract."""

from __future__ import annotations

from enum import StrEnum

import pytest
from graphql import GraphQLEnumType, parse, validate

from reelmill import documents, kinds, models, option_documents, options, recipes
from tests.reelmill.double import SCHEMA

DOCUMENTS = {
    name: value
    for name, value in (vars(documents) | vars(option_documents)).items()
    if name.isupper() and not name.startswith("_") and isinstance(value, str)
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_valid(name: str) -> None:
    assert validate(SCHEMA, parse(DOCUMENTS[name])) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("JobStatus", kinds.JobStatus),
        ("JobPhase", kinds.JobPhase),
        ("OutputKind", kinds.OutputKind),
        ("AssetStatus", kinds.AssetStatus),
        ("UploadStatus", kinds.UploadStatus),
        ("AssetKind", kinds.AssetKind),
        ("Scope", kinds.Scope),
        ("UploadMethod", kinds.UploadMethod),
        ("ScanStatus", kinds.ScanStatus),
        ("EventType", kinds.EventType),
        ("ClipMode", recipes.ClipMode),
        ("Tier", kinds.Tier),
        ("TranscriptEngine", recipes.TranscriptEngine),
    ],
)
def test_enumerations_agree(name: str, kind: type[StrEnum]) -> None:
    theirs = SCHEMA.type_map[name]
    assert isinstance(theirs, GraphQLEnumType)
    assert {member.value for member in kind} == set(theirs.values)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("RecipeInput", recipes.Recipe),
        ("LadderInput", recipes.Ladder),
        ("RungInput", recipes.Rung),
        ("Mp4Input", recipes.Mp4),
        ("PosterInput", recipes.Poster),
        ("ClipInput", recipes.Clip),
        ("WatermarkInput", recipes.Watermark),
        ("TranscriptInput", recipes.Transcript),
        ("MediaOptionsInput", options.MediaOptions),
    ],
)
def test_recipes_agree(name: str, kind: type[models.Model]) -> None:
    ours = {field.alias or name for name, field in kind.model_fields.items()}
    assert ours == set(SCHEMA.type_map[name].fields)  # type: ignore[attr-defined]
