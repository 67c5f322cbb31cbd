"""schemathesis in GraphQL mode: operations made from the schema itself, valid and half valid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.graphql import nodes

from tests.support.live import LiveApi

_NUL_FREE = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)
_BIG = st.integers(-(2**70), 2**70)
schemathesis.graphql.scalar("Int64", _BIG.map(nodes.Int))
schemathesis.graphql.scalar(
    "DateTime",
    st.one_of(
        st.datetimes().map(lambda moment: nodes.String(moment.isoformat())),
        st.sampled_from(["2030-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "", "yesterday"]).map(
            nodes.String
        ),
    ),
)
schemathesis.graphql.scalar(
    "JSON", st.one_of(_NUL_FREE.map(nodes.String), _BIG.map(nodes.Int), st.just(nodes.Null))
)


@pytest.fixture(scope="module")
def contract(open_api: LiveApi) -> Any:
    """As schemathesis learns it: by asking the live API."""
    headers = {"authorization": f"Bearer {open_api.key}"}
    return schemathesis.graphql.from_url(f"{open_api.url}/graphql", headers=headers)


def _operations(contract: Any) -> Iterator[Any]:
    for result in contract.get_all_operations():
        assert isinstance(result, Ok)
        yield result.ok()


def _try(operation: Any, ask: Callable[[Any], httpx.Response], examples: int) -> int:
    tried = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def each(case: Any) -> None:
        nonlocal tried
        tried += 1
        answer = ask(case.body)
        assert answer.status_code < 500, (case.body, answer.text)
        codes = [e["extensions"]["code"] for e in answer.json().get("errors", [])]
        assert "INTERNAL" not in codes, (case.body, answer.text)

    each()
    return tried


@pytest.mark.parametrize("examples", [12, pytest.param(100, marks=pytest.mark.slow)])
def test_no_operation_breaks_the_service(contract: Any, open_api: LiveApi, examples: int) -> None:
    headers = {"authorization": f"Bearer {open_api.key}"}
    tried = {}
    with httpx.Client(headers=headers, timeout=60) as client:
        for operation in _operations(contract):
            # Only the label is of use in a failure: the operation shows itself with its schema.
            tried[operation.label] = _try(
                operation,
                lambda body: client.post(f"{open_api.url}/graphql", json=_query(body)),
                examples,
            )
        assert client.get(f"{open_api.url}/readyz").status_code == 200
    roots = {label.partition(".")[0] for label in tried}
    assert roots == {"Query", "Mutation"}
    assert len(tried) > 20
    assert sum(tried.values()) > 5 * len(tried)


def _query(body: Any) -> Any:
    return body if isinstance(body, dict) else {"query": body}
