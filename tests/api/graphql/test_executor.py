"""The short way gives what the framework gives, for values of every kind and for what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from api.graphql.executor import Executor
from api.graphql.types.scalars import SCALARS, Int64


@strawberry.enum
class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    count: int = 1
    size: Int64 = Int64(2**40)
    share: float | None = 0.5
    good: bool = True
    colour: Colour = Colour.BLUE
    colours: list[Colour] | None = None
    words: list[str] = strawberry.field(default_factory=lambda: ["a", "b"])
    born: datetime = datetime(2026, 1, 2, tzinfo=UTC)
    facts: JSON = strawberry.field(default_factory=lambda: JSON({"a": [1, None]}))
    ident: strawberry.ID = strawberry.ID("x_1")


@strawberry.type
class Branch:
    title: str
    leaves: list[Leaf]
    maybe: list[Leaf | None] = strawberry.field(default_factory=list)

    @strawberry.field
    async def slow(self) -> list[Leaf]:
        return self.leaves

    @strawberry.field
    def quick(self, twice: bool = False) -> str:
        return self.title * (2 if twice else 1)


@strawberry.type
class Query:
    branches: list[Branch]
    only: Branch | None

    @strawberry.field
    async def named(self) -> list[Named]:
        return list(self.branches[0].leaves)


QUERY = """query($no: Boolean = false) {
  branches { last: title ...B quick leaves { __typename name } hidden: title @skip(if: true) }
  only { maybe { name size } leaves { share again: share } quick(twice: true) }
  named { name ... on Leaf { count } }
}
fragment B on Branch { title leaves { ...L colour @include(if: $no) } slow { ...L } }
fragment L on Leaf { ident born words facts colours colour good share size count name }"""

CONFIG = StrawberryConfig(scalar_map=SCALARS)
OURS = strawberry.Schema(Query, config=CONFIG, types=[Leaf], execution_context_class=Executor)
THEIRS = strawberry.Schema(Query, config=CONFIG, types=[Leaf])


async def both(branches: list[Any], only: Any = None) -> Any:
    """The same answer of both executors, compared with the order of its fields."""
    root = Query(branches=branches, only=only)
    ours = await OURS.execute(QUERY, root_value=root)
    theirs = await THEIRS.execute(QUERY, root_value=root)
    assert repr(ours.data) == repr(theirs.data)
    assert [e.formatted for e in ours.errors or ()] == [e.formatted for e in theirs.errors or ()]
    return ours


async def test_values_of_every_kind() -> None:
    leaves = [Leaf(name="a"), Leaf(name="b", share=None, colours=[Colour.RED, Colour.BLUE])]
    branch = Branch(title="t", leaves=leaves, maybe=[leaves[0], None])
    found = await both([branch, Branch(title="u", leaves=[])], branch)
    assert found.errors is None
    first = found.data["branches"][0]
    assert list(first) == ["last", "title", "leaves", "slow", "quick"]
    assert first["leaves"][1]["colours"] == ["RED", "BLUE"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"count": 2**40},
        {"count": "7"},
        {"count": True},
        {"share": float("nan")},
        {"share": 3},
        {"good": 1},
        {"colour": "green"},
        {"colour": "RED"},
        {"colours": [None]},
        {"words": ("a", "b")},
        {"words": None},
        {"words": ["a", None]},
        {"size": 2**60},
        {"name": 7},
        {"name": Colour.RED},
        {"born": None},
        {"born": "yesterday"},
    ],
)
async def test_what_is_wrong_is_told_as_the_framework_tells_it(wrong: dict[str, Any]) -> None:
    leaf = Leaf(**({"name": "b"} | wrong))
    branch = Branch(title="t", leaves=[Leaf(name="a"), leaf], maybe=[leaf])
    await both([branch], branch)
    await both([Branch(title="t", leaves=[])], branch)


async def test_a_foreign_object_or_null_in_a_list_is_refused() -> None:
    for stranger in (None, Branch(title="t", leaves=[]), "text"):
        found = await both([Branch(title="t", leaves=[stranger])])  # type: ignore[list-item]
        assert found.errors


async def test_the_short_way_is_taken() -> None:
    """Else the test above would compare the framework with itself."""
    seen: list[str] = []

    class Watched(Executor):
        def execute_field(self, parent_type: Any, *rest: Any) -> Any:
            seen.append(parent_type.name)
            return super().execute_field(parent_type, *rest)

    schema = strawberry.Schema(Query, config=CONFIG, types=[Leaf], execution_context_class=Watched)
    branch = Branch(title="t", leaves=[Leaf(name="a")])
    query = "{ branches { title leaves { name size colour } slow { name } } }"
    found = await schema.execute(query, root_value=Query(branches=[branch], only=None))
    assert found.errors is None
    assert "Leaf" not in seen
    assert seen.count("Branch") == 2  # `leaves` and `slow`
