"""Every GraphQL operation in the pages fits the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from tests.docs import blocks
from tests.docs.blocks import Operation, operations
from tests.docs.pages import ROOT, pages, text

# Old pages may show what was true then.
PAGES = [page for page in pages() if page.name != "CHANGELOG.md"]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def mistakes(schema: GraphQLSchema, shown: Operation) -> list[str]:
    """Each with page and line. Operations are taken one by one: a block may show several."""
    try:
        document = parse(shown.document)
    except GraphQLError as error:
        return [said(shown, error)]
    fragments = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    found: list[str] = []
    for one in document.definitions:
        if not isinstance(one, OperationDefinitionNode):
            continue
        errors = validate(schema, DocumentNode(definitions=(one, *fragments)))
        if not errors and shown.variables:
            values = get_variable_values(schema, one.variable_definitions or (), shown.variables)
            errors = values if isinstance(values, list) else []
        found += [said(shown, error) for error in errors]
    return found


def said(shown: Operation, error: GraphQLError) -> str:
    line = error.locations[0].line if error.locations else 1
    return f"{shown.place(line)}: {error.message}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_operations_fit_the_schema(page: Path, schema: GraphQLSchema) -> None:
    assert [said for shown in operations(page) for said in mistakes(schema, shown)] == []


def test_the_examples_of_graphiql_fit_the_schema(schema: GraphQLSchema) -> None:
    shown = list(blocks.examples(ROOT / "web" / "src" / "graphiql" / "examples.ts"))
    assert len(shown) >= 5
    assert [said for one in shown for said in mistakes(schema, one)] == []


def test_operations_are_found_in_every_kind_of_block() -> None:
    found = [
        (block.language, shown)
        for page in PAGES
        for block in blocks.blocks(page)
        for shown in operations(page)
        if block.line <= shown.line < block.line + block.code.count("\n")
    ]
    languages = {language for language, _ in found}
    assert languages >= {"graphql", "sh", "console", "python"}
    assert len(found) > 30
    assert any(shown.variables for _, shown in found)


def test_no_operation_hides_in_an_indented_block() -> None:
    hidden = re.compile(r"^(?: {4}|\t)(?:query|mutation|subscription)\b.*\{", re.MULTILINE)
    fenced = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
    assert [name(page) for page in PAGES if hidden.search(fenced.sub("", text(page)))] == []


PAGE = """# A page: `mutation { scanMediaFolder { lost } }`

```graphql
query {
  viewer { nothing }
}

mutation { cancelJob(input: { id: "job_..." }) { job { id } } }
```

```sh
curl -d '{"query": "query($i: ID!) { job(id: $i) { id } }", "variables": {"i": ["no", "text"]}}'
ask 'mutation {
  wrong
}'
```
"""


def test_a_mistake_is_told_with_page_and_line(
    schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ROOT / "docs" / "a-page.md"
    monkeypatch.setattr(blocks, "text", lambda _: PAGE)
    found = [said for shown in operations(page) for said in mistakes(schema, shown)]
    places = [said.split(": ")[0] for said in found]
    assert places == [f"docs/a-page.md:{line}" for line in (1, 5, 12, 14)]
    for word, told in zip(("lost", "nothing", "$i", "wrong"), found, strict=True):
        assert word in told
