"""What a request wants below a field, through aliases and fragments of every form."""

from __future__ import annotations

import pytest
import strawberry

from api.graphql.selection import asks


@strawberry.type
class Thing:
    name: str = "a"

    @strawberry.field
    def inner(self) -> Thing:
        return Thing()


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, info: strawberry.Info) -> Thing:
        found = asks(info, "inner", "inner")
        return Thing(name=str(found))


SCHEMA = strawberry.Schema(Query)


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        ("name", False),
        ("name inner { name }", False),
        ("name inner { inner { name } }", True),
        ("name other: inner { more: inner { name } }", True),
        ("name inner { name } x: inner { inner { name } }", True),
        ("name ... { inner { ... on Thing { inner { name } } } }", True),
        ("name ...A", True),
        ("name inner { ...C }", False),
    ],
)
def test_a_field_is_found_where_it_stands(selection: str, wanted: bool) -> None:
    fragments = {
        "A": "fragment A on Thing { inner { ...B } }",
        "B": "fragment B on Thing { inner { name } }",
        "C": "fragment C on Thing { name }",
    }
    used = [text for name, text in fragments.items() if f"...{name}" in selection]
    if "...A" in selection:
        used.append(fragments["B"])
    found = SCHEMA.execute_sync(f"{{ thing {{ {selection} }} }} {' '.join(used)}")
    assert found.errors is None
    assert found.data is not None
    assert found.data["thing"]["name"] == str(wanted)
