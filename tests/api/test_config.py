"""Settings come from the environment, once, and say by name what is wrong with it."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from api import config
from api.config import Settings
from api.errors import BadConfiguration

KEY = base64.b64encode(bytes(range(32))).decode()
NEEDED = {
    "REELMILL_DATABASE_URL": "postgresql://rm_api@db/reelmill",
    "REELMILL_SYSTEM_DATABASE_URL": "postgresql://rm_system@db/reelmill",
    "REELMILL_SECRET_KEY": KEY,
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [config.environment_name(field) for field in Settings.model_fields]
    for name in {*os.environ} & {*ours, "S3_ENDPOINT_URL", "S3_BUCKET_IN", "S3_BUCKET_OUT"}:
        monkeypatch.delenv(name)


def load(monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str]) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return config.load()


def problems(monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str]) -> list[str]:
    with pytest.raises(BadConfiguration) as caught:
        load(monkeypatch, values)
    return caught.value.message.splitlines()


def test_the_needed_variables_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, NEEDED)
    assert (settings.port, settings.bucket_in, settings.region) == (8400, "media-in", "us-east-1")
    assert settings.signing_key == bytes(range(32))
    assert settings.public_s3_endpoint is None
    assert settings.callback_url == "http://127.0.0.1:8400"


def test_missing_variables_give_one_line_each_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(monkeypatch, {}) == [f"{name}: is not set" for name in NEEDED]


def test_wrong_values_give_one_line_each_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"REELMILL_PORT": "eighty", "S3_BUCKET_IN": "in", "REELMILL_PLAY_MODE": "carrier"}
    found = problems(monkeypatch, NEEDED | wrong)
    assert [line.partition(":")[0] for line in found] == ["REELMILL_PORT", "REELMILL_PLAY_MODE"]


@pytest.mark.parametrize(
    ("alias", "field"),
    [
        ("S3_ENDPOINT_URL", "s3_endpoint"),
        ("S3_BUCKET_IN", "bucket_in"),
        ("S3_BUCKET_OUT", "bucket_out"),
        ("AWS_REGION", "region"),
        ("AWS_ACCESS_KEY_ID", "access_key_id"),
        ("LOG_LEVEL", "log_level"),
    ],
)
def test_names_of_the_source_systems_work(
    monkeypatch: pytest.MonkeyPatch, alias: str, field: str
) -> None:
    assert getattr(load(monkeypatch, NEEDED | {alias: "a-value"}), field) == "a-value"


def test_our_own_name_wins_over_its_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {"REELMILL_BUCKET_IN": "ours", "S3_BUCKET_IN": "theirs"}
    assert load(monkeypatch, NEEDED | both).bucket_in == "ours"


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = dict.fromkeys(("REELMILL_S3_ENDPOINT", "AWS_ACCESS_KEY_ID", "REELMILL_PORT"), "")
    settings = load(monkeypatch, NEEDED | empty)
    assert (settings.s3_endpoint, settings.access_key_id, settings.port) == (None, None, 8400)
    emptied = NEEDED | {"REELMILL_SECRET_KEY": ""}
    assert problems(monkeypatch, emptied) == ["REELMILL_SECRET_KEY: is not set"]


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("not base64!", "must be base64"),
        (base64.b64encode(bytes(31)).decode(), "must hold 32 bytes or more"),
    ],
)
def test_a_bad_secret_key_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, key: str, problem: str
) -> None:
    (line,) = problems(monkeypatch, NEEDED | {"REELMILL_SECRET_KEY": key})
    assert line.startswith(f"REELMILL_SECRET_KEY: {problem}")
    assert "openssl rand -base64 32" in line
    assert key not in line


def test_origins_are_a_json_list(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "REELMILL_ALLOWED_ORIGINS"
    settings = load(monkeypatch, NEEDED | {name: '["https://a.example", "https://b.example"]'})
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    (line,) = problems(monkeypatch, NEEDED | {name: "https://a.example"})
    assert line.startswith(f"{name}: is no JSON such as [")


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TOLERATIONS", "media", 'is no JSON such as [{"key": "media", "operator": "Exists"}]'),
        ("NODE_SELECTOR", "disk=ssd", 'is no JSON such as {"name": "value"}'),
        ("IMAGE", "Reelmill Runner:1", "is no image such as registry"),
        ("NAMESPACE", "Media_Jobs", "is no name: lower case"),
        ("MEMORY_LIMIT", "64 GB", "'64 GB' is no quantity such as 8Gi"),
        ("PRESET_RESOURCES", '{"web": {"memory": "8GiB"}}', "'8GiB' is no quantity such as 8Gi"),
        ("RESOURCE_SCALE", "0", "Input should be greater than or equal to 0.01"),
    ],
)
def test_settings_of_kubernetes_are_checked(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    (line,) = problems(monkeypatch, NEEDED | {f"REELMILL_KUBERNETES_{name}": value})
    assert line.startswith(f"REELMILL_KUBERNETES_{name}: {problem}")


@pytest.mark.parametrize(
    "image", ["runner", "reelmill-runner:1.0", "r.example.org:5000/a/b_c:v1@sha256:" + "0" * 64]
)
def test_names_of_images(monkeypatch: pytest.MonkeyPatch, image: str) -> None:
    settings = load(monkeypatch, NEEDED | {"REELMILL_KUBERNETES_IMAGE": image})
    assert settings.kubernetes_image == image


def test_settings_are_frozen_and_keep_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, NEEDED | {"AWS_SECRET_ACCESS_KEY": "very-secret"})
    with pytest.raises(ValidationError):
        settings.port = 1
    shown = repr(settings)
    assert "very-secret" not in shown
    assert KEY not in shown
    assert "rm_api@db" not in shown


def test_names_of_the_environment() -> None:
    names = {field: config.environment_name(field) for field in Settings.model_fields}
    assert names["s3_endpoint"] == "REELMILL_S3_ENDPOINT"
    assert names["region"] == "AWS_REGION"
    assert names["scratch"] == "REELMILL_SCRATCH"
    assert len(set(names.values())) == len(names)


def test_paths_and_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "REELMILL_SCRATCH": "/var/scratch",
        "REELMILL_S3_ENDPOINT": "http://inner:9000",
        "REELMILL_RUNNER_API_URL": "http://api:8400",
    }
    settings = load(monkeypatch, NEEDED | values)
    assert settings.scratch == Path("/var/scratch")
    assert settings.public_s3_endpoint == "http://inner:9000"
    assert settings.callback_url == "http://api:8400"
    public = load(monkeypatch, {"REELMILL_S3_PUBLIC_ENDPOINT": "https://outer"})
    assert public.public_s3_endpoint == "https://outer"


def test_required_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELMILL_OWNER_DATABASE_URL", "")
    with pytest.raises(BadConfiguration, match=r"^REELMILL_OWNER_DATABASE_URL: is not set$"):
        config.required_environment("REELMILL_OWNER_DATABASE_URL")
    monkeypatch.setenv("REELMILL_OWNER_DATABASE_URL", "postgresql://x")
    assert config.required_environment("REELMILL_OWNER_DATABASE_URL") == "postgresql://x"
