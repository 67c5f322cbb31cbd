"""What the client sends is valid by the contract."""

from __future__ import annotations

import inspect
from enum import StrEnum
from types import ModuleType

import pytest
from graphql import GraphQLEnumType, parse, validate

from reelmill import (
    choices,
    documents,
    kinds,
    model,
    option_documents,
    options,
    recipes,
    share_documents,
)
from tests.reelmill.double import SCHEMA

DOCUMENTS = {
    name: value
    for module in (documents, option_documents, share_documents)
    for name, value in vars(module).items()
    if name.isupper() and not name.startswith("_") and isinstance(value, str)
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_valid(name: str) -> None:
    assert validate(SCHEMA, parse(DOCUMENTS[name])) == []


def _defined(base: type, *modules: ModuleType) -> dict[str, type]:
    """The classes that modules define themselves, by the names they have in the contract."""
    return {
        name: kind
        for module in modules
        for name, kind in vars(module).items()
        if inspect.isclass(kind) and issubclass(kind, base) and kind.__module__ == module.__name__
    }


ENUMERATIONS = _defined(StrEnum, kinds, choices)
# What is only a base of others has no name there.
INPUTS = {
    name: kind
    for name, kind in _defined(model.Model, recipes, options).items()
    if not kind.__subclasses__()
}


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_enumerations_agree(name: str) -> None:
    theirs = SCHEMA.type_map[name]
    assert isinstance(theirs, GraphQLEnumType)
    assert {member.value for member in ENUMERATIONS[name]} == set(theirs.values)


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_agree(name: str) -> None:
    ours = {field.alias or name for name, field in INPUTS[name].model_fields.items()}
    theirs = SCHEMA.type_map.get(f"{name}Input") or SCHEMA.type_map[name]
    assert ours == set(theirs.fields)


def test_nothing_is_forgotten() -> None:
    assert {"VideoCodec", "JobStatus", "Encryption"} <= set(ENUMERATIONS)
    assert {"Recipe", "Ladder", "Burn", "MediaOptions"} <= set(INPUTS)
