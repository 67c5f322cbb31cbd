"""What the installation says at its end, and the page that begins with it."""

from __future__ import annotations

import itertools
import re
import shlex

import pytest

from tests.deploy.charts import (
    PRODUCTION,
    ROOT,
    TRIAL,
    Helm,
    Object,
    containers,
    environment,
    merged,
    one,
    pods,
)

PAGE = (ROOT / "docs" / "how-to" / "kind.md").read_text()


def services(objects: list[Object]) -> dict[str, int]:
    """Service -> its port."""
    return {
        o["metadata"]["name"]: o["spec"]["ports"][0]["port"]
        for o in objects
        if o["kind"] == "Service"
    }


def forwards(text: str) -> dict[str, str]:
    """Service -> port as each port-forward of a text names them."""
    return dict(re.findall(r"port-forward service/(\S+) (\S+)", text))


def test_a_trial_says_how_it_is_reached(helm: Helm) -> None:
    notes = helm.notes(TRIAL)
    assert "http://localhost:8400" in notes
    assert forwards(notes) == {"demo-s3": "8333", "demo-api": "8400:8400"}
    assert set(forwards(notes)) <= set(services(helm.objects(TRIAL)))
    assert "no backups" in notes


@pytest.mark.parametrize("brought", ["", "mine"])
def test_the_key_is_read_by_one_command(helm: Helm, brought: str) -> None:
    values = merged(TRIAL, {"firstKey": {"existingSecret": brought}})
    secret = brought or "demo-first-key"
    assert f"get secret {secret} -o jsonpath='{{.data.key}}' | base64 -d" in helm.notes(values)
    assert len(re.findall(r"^  \d\. ", helm.notes(values), re.MULTILINE)) == 3


def test_an_ingress_needs_no_port_forward(helm: Helm) -> None:
    notes = helm.notes(merged(PRODUCTION, {"ingress": {"enabled": True}}))
    assert "https://media.example.org" in notes
    assert "port-forward" not in notes
    assert "no backups" not in notes


def test_a_store_inside_is_thought_of(helm: Helm) -> None:
    values = merged(PRODUCTION, {"s3": {"endpoint": "http://minio.storage.svc:9000"}})
    assert "name it in networkPolicy.s3To" in helm.notes(values)
    told = {"networkPolicy": {"s3To": [{"namespaceSelector": {}}]}}
    assert "networkPolicy" not in helm.notes(merged(values, told))


def commands() -> list[str]:
    """The lines of the page's first block."""
    found = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1].strip().splitlines()


def given() -> tuple[str, dict[str, object]]:
    """Release and values of the page's install command."""
    words = shlex.split(next(line for line in commands() if line.startswith("helm install")))
    values: dict[str, object] = {}
    for flag, word in itertools.pairwise(words):
        if flag == "--set":
            path, _, text = word.partition("=")
            value: object = text == "true" if text in {"true", "false"} else float(text)
            for name in reversed(path.split(".")):
                value = {name: value}
            assert isinstance(value, dict)
            values = merged(values, value)
    return words[2], values


def test_it_takes_five_commands() -> None:
    words = [line.split()[0:2] for line in commands()]
    assert words == [
        ["docker", "build"],
        ["kind", "create"],
        ["kind", "load"],
        ["helm", "install"],
        ["kubectl", "--namespace"],
    ]


def test_what_is_built_and_loaded_is_what_runs(helm: Helm) -> None:
    build, _, load, *_ = commands()
    built = set(re.findall(r"-t (\S+)", build))
    loaded = {word for word in load.split() if ":" in word}
    objects = helm.objects(given()[1])
    api = one(objects, "Deployment", "demo-api")["spec"]["template"]["spec"]["containers"][0]
    runs = {c["image"] for _, pod in pods(objects) for c in containers(pod)}
    runs |= {environment(api)["REELMILL_KUBERNETES_IMAGE"]["value"]}
    assert built == loaded == runs
    policies = {c["imagePullPolicy"] for _, pod in pods(objects) for c in containers(pod)}
    assert policies == {"IfNotPresent"}


def test_what_is_forwarded_is_there_and_where_links_lead(helm: Helm) -> None:
    release, values = given()
    found = forwards(commands()[-1])
    objects = helm.objects(values)
    there = {name.replace("demo", release): port for name, port in services(objects).items()}
    assert {name: int(port) for name, port in found.items()} == {
        name: there[name] for name in found
    }
    api = one(objects, "Deployment", "demo-api")["spec"]["template"]["spec"]["containers"][0]
    told = environment(api)
    assert told["REELMILL_S3_PUBLIC_ENDPOINT"]["value"] == "http://localhost:8333"
    assert told["REELMILL_PUBLIC_URL"]["value"] == "http://localhost:8400"


def test_the_page_counts_the_requests_right(helm: Helm) -> None:
    memory = 0
    for found in helm.objects(given()[1]):
        if found["kind"] in {"Deployment", "StatefulSet"}:
            (container,) = found["spec"]["template"]["spec"]["containers"]
            size = container["resources"]["requests"]["memory"]
            memory += int(size.removesuffix("Mi")) * found["spec"]["replicas"]
    assert f"{memory} MiB" in PAGE
