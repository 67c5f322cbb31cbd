"""Values with a mistake are refused in words that say which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from scripts import chart
from tests.deploy.charts import CHART, PRODUCTION, TRIAL, Helm, merged


def schema() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CHART / "values.schema.json").read_text())
    return found


def defaults() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
    return found


def closed(node: dict[str, Any], path: str = "") -> Iterator[str]:
    """Objects with named fields that would take any other as well."""
    if "properties" in node and node.get("additionalProperties") is not False:
        yield path
    for name, inner in node.get("properties", {}).items():
        yield from closed(inner, f"{path}.{name}")
    if isinstance(node.get("items"), dict):
        yield from closed(node["items"], f"{path}[]")


def test_no_object_takes_what_it_does_not_know() -> None:
    assert list(closed(schema())) == []


def paths(node: Any, known: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every map of the default values whose keys the schema lists."""
    if isinstance(node, dict) and "properties" in known:
        yield path
        for name, inner in node.items():
            yield from paths(inner, known["properties"][name], (*path, name))


@pytest.mark.parametrize("path", list(paths(defaults(), schema())), ids=".".join)
def test_a_typing_error_is_refused_everywhere(helm: Helm, path: tuple[str, ...]) -> None:
    values: dict[str, Any] = {"replicaz": 1}
    for name in reversed(path):
        values = {name: values}
    assert "replicaz" in helm.refusal(merged(TRIAL, values))


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"api": {"replicas": "two"}}, "replicas"),
        ({"image": {"pullPolicy": "Sometimes"}}, "pullPolicy"),
        ({"publicUrl": "media.example.org"}, "publicUrl"),
        ({"publicUrl": "https://media.example.org/reelmill"}, "publicUrl"),
        ({"service": {"port": 0}}, "port"),
        ({"runner": {"resourceScale": 0}}, "resourceScale"),
        ({"image": {"runner": {"digest": "sha256:12"}}}, "digest"),
        ({"trial": {"s3": {"size": "much"}}}, "size"),
        ({"config": {"REELMILL_LINK_SECONDS": 5}}, "REELMILL_LINK_SECONDS"),
        ({"config": {"REELMILL_PLAY_MODE": "direct"}}, "REELMILL_PLAY_MODE"),
        ({"config": {"REELMILL_SECRET_KEY": "in plain sight"}}, "REELMILL_SECRET_KEY"),
        ({"config": {"REELMILL_S3_ENDPOINT": "http://x"}}, "REELMILL_S3_ENDPOINT"),
    ],
)
def test_a_wrong_value_is_named(helm: Helm, values: dict[str, Any], word: str) -> None:
    assert word in helm.refusal(merged(TRIAL, values))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "database.existingSecret: name a Secret"),
        ({"database": {"existingSecret": "d"}}, "s3.sts.roleArn: name the role"),
        ({"s3": {"sts": {"roleArn": "arn:x"}}}, "database.existingSecret: name a Secret"),
        (
            {"database": {"existingSecret": "d"}, "s3": {"sts": {"allowPlainKeys": True}}},
            "s3.sts.allowPlainKeys needs keys",
        ),
        (
            merged(PRODUCTION, {"api": {"drainSeconds": 60}}),
            "terminationGracePeriodSeconds must be more than",
        ),
    ],
)
def test_what_is_missing_is_said(helm: Helm, values: dict[str, Any], words: str) -> None:
    assert words in helm.refusal(values)


def test_the_chart_knows_the_settings_of_the_code() -> None:
    assert schema()["properties"]["config"]["properties"] == chart.settings()


def test_the_page_shows_every_value() -> None:
    assert chart.PAGE.read_text() == chart.page(), "run: python scripts/chart.py"
