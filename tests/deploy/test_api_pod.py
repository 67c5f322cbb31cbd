"""What the API's pod is told is what the API understands, and it ends in order."""

from __future__ import annotations

import base64
import json
from typing import Any

import kubernetes_validate
import pytest

from api.adapters.kubernetes import checks, jobs, manifest
from api.config import Settings
from api.domain import ids
from api.domain.execution import Errand
from api.domain.sizing import MIB, Rules, Size
from api.serving import _GRACE_SECONDS
from tests.deploy.charts import (
    KUBERNETES,
    PRODUCTION,
    TRIAL,
    Helm,
    Object,
    containers,
    environment,
    merged,
    one,
    pods,
)
from tests.deploy.test_matrix import EVERYTHING, MATRIX


def api_pod(objects: list[Object]) -> Object:
    pod: Object = one(objects, "Deployment", "demo-api")["spec"]["template"]["spec"]
    return pod


def settings(objects: list[Object], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings that the process would read; Secrets are stood in for."""
    for variable, entry in environment(api_pod(objects)["containers"][0]).items():
        stand_in = base64.b64encode(bytes(32)).decode()
        monkeypatch.setenv(variable, entry.get("value", stand_in))
    return Settings()


@pytest.mark.parametrize("name", MATRIX)
def test_the_api_takes_its_environment(
    helm: Helm, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = settings(helm.objects(MATRIX[name]), monkeypatch)
    assert read.executor == "kubernetes"
    assert read.kubernetes_callback_url == "http://demo-api.media.svc:8400"
    assert read.kubernetes_service_account == "demo-runner"
    assert read.kubernetes_audience == "demo.media/runner"


def test_every_variable_is_one_that_is_read(helm: Helm) -> None:
    from api.config import environment_name

    known = {environment_name(field) for field in Settings.model_fields} | {"AWS_CA_BUNDLE"}
    for values in MATRIX.values():
        container = api_pod(helm.objects(values))["containers"][0]
        assert set(environment(container)) <= known


def test_values_arrive(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(helm.objects(merged(PRODUCTION, EVERYTHING)), monkeypatch)
    assert read.public_url == "https://media.example.org"
    assert read.verify_bytes == 2147483648
    assert read.allowed_origins == ("https://app.example.org",)
    assert read.introspection is False
    assert read.log_level == "DEBUG"
    assert read.public_s3_endpoint == "https://media-s3.example.org"
    assert read.s3_addressing_style == "virtual"
    assert read.kubernetes_image == "registry.example.org/media/reelmill-runner:0.1.0"
    assert read.kubernetes_image_pull_secrets == ("pull",)
    assert read.kubernetes_resource_scale == 0.1
    assert read.kubernetes_preset_resources == {"uhd": {"cpu": "8", "nvidia.com/gpu": "1"}}
    assert read.kubernetes_queue_name == "media"
    assert read.kubernetes_runtime_class == "gvisor"
    assert read.kubernetes_tolerations[0]["key"] == "spot"
    assert read.kubernetes_max_live_jobs == 200


@pytest.mark.parametrize("name", MATRIX)
def test_the_jobs_that_it_will_make_are_valid(
    helm: Helm, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """From the chart's values over the API's settings to the Job of a runner."""
    read = settings(helm.objects(MATRIX[name]), monkeypatch)
    checks.check_settings(read)
    size = Size(cpu_milli=2000, memory=1024 * MIB, storage=2048 * MIB)
    errand = Errand(
        task_id=ids.new(), attempt_id=ids.new(), job_id=ids.new(), kind="encode", preset="uhd",
        size=Rules(own=read.kubernetes_preset_resources).sized(size, "uhd", {}),
    )  # fmt: skip
    place = read.kubernetes_namespace or ""
    job = manifest.job(errand, read, place, owner=ids.new())
    jobs.check(job)
    kubernetes_validate.validate(job, KUBERNETES, strict=True)
    pod = job["spec"]["template"]["spec"]
    values = MATRIX[name].get("runner", {})
    assert job["spec"].get("suspend", False) is bool(values.get("queueName"))
    assert pod.get("runtimeClassName", "") == values.get("runtimeClassName", "")
    assert pod.get("nodeSelector", {}) == values.get("nodeSelector", {})
    limits = pod["containers"][0]["resources"]["limits"]
    asked = values.get("presetResources", {}).get("uhd", {})
    assert limits.get("nvidia.com/gpu") == (str(asked["nvidia.com/gpu"]) if asked else None)
    accounts = [o for o in helm.objects(MATRIX[name]) if o["kind"] == "ServiceAccount"]
    mine = [o for o in accounts if o["metadata"]["name"] == pod["serviceAccountName"]]
    assert [o["metadata"]["namespace"] for o in mine] == [place], "its owner is beside it"


def test_a_trial_hands_browsers_another_address_of_the_store(
    helm: Helm, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = settings(helm.objects(TRIAL), monkeypatch)
    assert read.s3_endpoint == "http://demo-s3.media.svc:8333"
    assert read.public_s3_endpoint == "http://localhost:8333"
    assert read.sts_role_arn == "arn:aws:iam::role/reelmill"


def test_runners_elsewhere_are_made_there(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(helm.objects(MATRIX["runners elsewhere"]), monkeypatch)
    assert read.kubernetes_namespace == "runners"


def test_a_pod_serves_on_until_proxies_have_heard_of_its_end(
    helm: Helm, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = helm.objects(PRODUCTION)
    pod = api_pod(objects)
    drain = settings(objects, monkeypatch).drain_seconds
    assert drain >= 5
    assert "lifecycle" not in pod["containers"][0], "it would serve without a word for so long"
    assert pod["terminationGracePeriodSeconds"] > drain + _GRACE_SECONDS


def test_a_roll_out_takes_no_pod_before_another_is_ready(helm: Helm) -> None:
    spec = one(helm.objects(PRODUCTION), "Deployment", "demo-api")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    container = spec["template"]["spec"]["containers"][0]
    assert container["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_the_autoscaler_alone_counts_replicas(helm: Helm) -> None:
    objects = helm.objects(merged(PRODUCTION, {"api": {"autoscaling": {"enabled": True}}}))
    assert "replicas" not in one(objects, "Deployment", "demo-api")["spec"]
    target = one(objects, "HorizontalPodAutoscaler", "demo-api")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", "demo-api")


def test_images_by_tag_and_by_digest(helm: Helm) -> None:
    plain = api_pod(helm.objects(PRODUCTION))["containers"][0]["image"]
    assert plain == "reelmill-api:0.1.0"
    pinned = api_pod(helm.objects(merged(PRODUCTION, EVERYTHING)))["containers"][0]["image"]
    assert pinned == f"registry.example.org/media/reelmill-api@sha256:{'0' * 64}"


def test_a_trial_needs_two_images(helm: Helm) -> None:
    objects = helm.objects(TRIAL)
    images = {c["image"] for _, pod in pods(objects) for c in containers(pod)}
    runner = environment(api_pod(objects)["containers"][0])["REELMILL_KUBERNETES_IMAGE"]["value"]
    assert images | {runner} == {"reelmill-trial:0.1.0", "reelmill-runner:0.1.0"}


def test_sockets_pass_the_ingress(helm: Helm) -> None:
    ingress = one(helm.objects(MATRIX["everything"]), "Ingress", "demo-api")
    notes: dict[str, Any] = ingress["metadata"]["annotations"]
    ping = Settings.model_fields["ping_seconds"].default
    assert int(notes["nginx.ingress.kubernetes.io/proxy-read-timeout"]) > 2 * ping
    assert ingress["spec"]["tls"][0]["secretName"] == "tls"


def test_the_dashboard_asks_for_metrics_that_there_are(helm: Helm) -> None:
    import re

    from api import metrics

    board = one(helm.objects(MATRIX["everything"]), "ConfigMap", "demo-dashboard")
    asked = set(re.findall(r"\breelmill_\w+", board["data"]["reelmill.json"]))
    page = metrics.page().decode()
    there = set(re.findall(r"^# TYPE (\S+)", page, re.MULTILINE))
    plain = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    assert plain
    assert plain <= there
    assert json.loads(board["data"]["reelmill.json"])["uid"] == "reelmill"


def test_prometheus_gets_the_token_by_reference(helm: Helm) -> None:
    (endpoint,) = one(helm.objects(MATRIX["everything"]), "ServiceMonitor", "demo-api")["spec"][
        "endpoints"
    ]
    assert endpoint["authorization"]["credentials"] == {"name": "own", "key": "metrics-token"}
