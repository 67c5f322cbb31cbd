"""The Job as data: the golden file, and what each setting changes in it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from api.adapters.kubernetes import jobs, manifest, names
from api.domain.execution import Errand
from api.domain.sizing import MIB, Size
from tests.api.adapters.kubernetes.conftest import SIZE, errand, settings

GOLDEN = Path(__file__).parents[3] / "data" / "kubernetes" / "job.json"
FIXED = Errand(
    task_id=UUID("0198c0de-0000-7000-8000-000000000001"),
    attempt_id=UUID("0198c0de-0000-7000-8000-000000000002"),
    job_id=UUID("0198c0de-0000-7000-8000-000000000003"),
    attempt=2,
    kind="encode",
    preset="web",
    size=SIZE,
)
ACCOUNT = UUID("0198c0de-0000-7000-8000-000000000004")
FULL = {
    "kubernetes_instance": "films",
    "kubernetes_queue_name": "media",
    "kubernetes_image_pull_secrets": ("registry",),
    "kubernetes_node_selector": {"disk": "ssd"},
    "kubernetes_tolerations": ({"key": "media", "operator": "Exists"},),
    "kubernetes_priority_class": "batch",
    "kubernetes_runtime_class": "gvisor",
    "kubernetes_resource_scale": 0.25,
    "kubernetes_preset_resources": {"web": {"nvidia.com/gpu": "1"}},
    "kubernetes_env": {"AWS_CA_BUNDLE": "/etc/ca.pem"},
}


def made(errand: Errand = FIXED, **changes: Any) -> Any:
    return manifest.job(errand, settings(**changes), "media")


def test_the_golden_file() -> None:
    owned = manifest.job(FIXED, settings(), "media", owner=ACCOUNT)
    assert owned == json.loads(GOLDEN.read_text("utf-8"))


def test_its_owner_is_no_part_of_what_tells_it_from_another() -> None:
    """A Job that was made before an account was made anew is still ours."""
    owned = manifest.job(FIXED, settings(), "media", owner=ACCOUNT)
    assert owned["metadata"]["annotations"] == made()["metadata"]["annotations"]
    jobs.check(owned)


def test_each_run_of_each_piece_of_a_film_has_a_name_of_its_own() -> None:
    """Else the Job of a run that has ended would be taken for that of the next one."""
    job = "rm-job-0198c0de000070008000000000000003-a2"
    piece = dataclasses.replace(FIXED, kind="chunk", index=499, run=11)
    last = dataclasses.replace(FIXED, kind="assemble", run=2)
    assert [names.job_name(one) for one in (FIXED, piece, last)] == [
        f"{job}-encode-r1",
        f"{job}-chunk-499-r11",
        f"{job}-assemble-r2",
    ]
    assert len(names.job_name(piece)) <= 63


@pytest.mark.parametrize("changes", [{}, FULL])
def test_kubernetes_takes_it(changes: dict[str, Any]) -> None:
    jobs.check(made(**changes))


@pytest.mark.parametrize("changes", [{}, FULL])
def test_it_is_strictly_valid(changes: dict[str, Any]) -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="pip install kubernetes-validate")
    validate.validate(made(**changes), "1.34", strict=True)


def test_every_setting_is_in_it() -> None:
    job = made(**FULL)
    pod = job["spec"]["template"]["spec"]
    (runner,) = pod["containers"]
    assert job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "media"
    assert job["spec"]["suspend"] is True
    assert "activeDeadlineSeconds" not in job["spec"]
    assert job["metadata"]["labels"]["app.kubernetes.io/instance"] == "films"
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["nodeSelector"] == {"disk": "ssd"}
    assert pod["tolerations"] == [{"key": "media", "operator": "Exists"}]
    assert (pod["priorityClassName"], pod["runtimeClassName"]) == ("batch", "gvisor")
    assert runner["resources"] == {
        "limits": {
            "cpu": "2000m",
            "memory": "1024Mi",
            "ephemeral-storage": "2304Mi",
            "nvidia.com/gpu": "1",
        },
        "requests": {
            "cpu": "500m",
            "memory": "256Mi",
            "ephemeral-storage": "576Mi",
            "nvidia.com/gpu": "1",
        },
    }
    assert {"name": "AWS_CA_BUNDLE", "value": "/etc/ca.pem"} in runner["env"]


def test_of_what_a_preset_names_all_is_requested() -> None:
    """The size has its quantity by now, doubled where it was too little."""
    own = {"web": {"memory": "512Mi", "nvidia.com/gpu": "2"}}
    changes = {"kubernetes_resource_scale": 0.5, "kubernetes_preset_resources": own}
    (runner,) = made(**changes)["spec"]["template"]["spec"]["containers"]
    found = runner["resources"]
    assert found["requests"]["memory"] == found["limits"]["memory"] == "1024Mi"
    assert found["requests"]["cpu"] == "1000m"
    assert found["requests"]["nvidia.com/gpu"] == found["limits"]["nvidia.com/gpu"] == "2"


def test_probing_may_have_a_lower_priority_and_other_presets_get_no_gpu() -> None:
    probe = errand(kind="probe", job_id=None)
    lower = {**FULL, "kubernetes_probe_priority_class": "idle"}
    pod = made(probe, **lower)["spec"]["template"]["spec"]
    assert pod["priorityClassName"] == "idle"
    assert "nvidia.com/gpu" not in pod["containers"][0]["resources"]["limits"]


def test_names_tell_attempts_apart_and_hashes_tell_settings_apart() -> None:
    assert made()["metadata"]["name"] == "rm-job-0198c0de000070008000000000000003-a2-encode-r1"
    hashes = {made(**c)["metadata"]["annotations"][names.SPEC_HASH] for c in ({}, FULL)}
    assert len(hashes) == 2
    assert made() == made()


@settings_of_hypothesis(max_examples=40, deadline=None)
@given(
    st.integers(1, 10**6),
    st.integers(1, 10**13),
    st.integers(1, 10**14),
    st.floats(0.01, 1),
    st.integers(1, 10**9),
)
def test_requests_never_exceed_limits_and_names_fit(
    cpu: int, memory: int, storage: int, scale: float, attempt: int
) -> None:
    one = errand(size=Size(cpu, memory, storage), attempt=attempt)
    job = made(one, kubernetes_resource_scale=scale)
    resources = job["spec"]["template"]["spec"]["containers"][0]["resources"]
    for name, limit in resources["limits"].items():
        assert 0 < _number(resources["requests"][name]) <= _number(limit)
    assert _number(resources["limits"]["memory"]) * MIB >= memory
    assert len(job["metadata"]["name"]) <= 63  # and a pod's host name is cut from it
    assert all(len(value) <= 63 for value in job["metadata"]["labels"].values())


def _number(quantity: str) -> int:
    return int(quantity.removesuffix("m").removesuffix("Mi"))


def test_no_credential_is_in_it() -> None:
    secrets = {"access_key_id": "AKIA", "secret_access_key": "very-secret"}
    text = json.dumps(made(errand(proof="a-proof"), **secrets))
    for secret in ("AKIA", "very-secret", "a-proof", "postgresql://"):
        assert secret not in text
