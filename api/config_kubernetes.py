"""The settings of the Kubernetes executor: a part of Settings, in a file of its own."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?([eE][0-9]{1,2}|[mkMGTP]|[KMGTP]i)?")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
# host[:port]/path[:tag][@digest], as far as a typing mistake is concerned.
_IMAGE = re.compile(
    r"[a-zA-Z0-9][a-zA-Z0-9._-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)*"
    r"(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?"
)


class PullPolicy(StrEnum):
    """When a node fetches the runner's image."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class KubernetesSettings(BaseSettings):
    """Read when `executor` is kubernetes. Lists and objects are JSON. Times in seconds."""

    kubernetes_namespace: str | None = Field(
        default=None, description="Where Jobs are made. Default: this pod's own namespace"
    )
    kubernetes_instance: str = Field(
        default="reelmill",
        description="Names this installation in labels: two of them in a namespace need two names",
    )
    kubernetes_image: str | None = Field(default=None, description="The runner's image")
    kubernetes_image_pull_policy: PullPolicy = Field(
        default=PullPolicy.IF_NOT_PRESENT, description="When a node fetches it"
    )
    kubernetes_image_pull_secrets: tuple[str, ...] = Field(
        default=(), description="Names of Secrets for the image's registry, as JSON"
    )
    kubernetes_service_account: str = Field(
        default="reelmill-runner", description="ServiceAccount of runners; it needs no rights"
    )
    kubernetes_audience: str = Field(
        default="reelmill-runner", description="Whom a runner's token is for: this installation"
    )
    kubernetes_callback_url: str | None = Field(
        default=None, description="How runners in pods reach this service"
    )
    kubernetes_kubeconfig: Path | None = Field(
        default=None, description="Outside a cluster: the kubeconfig file"
    )
    kubernetes_context: str | None = Field(
        default=None, description="Outside a cluster: the context in that file"
    )
    kubernetes_max_live_jobs: int = Field(
        default=200, ge=1, le=20_000, description="Jobs in the cluster at once; others wait here"
    )
    kubernetes_resource_scale: float = Field(
        default=1.0,
        ge=0.01,
        le=1,
        description="Part of a runner's limits that it requests: less lets small nodes run them",
    )
    kubernetes_preset_resources: dict[str, dict[str, str]] = Field(
        default={},
        description="Resources of a preset's runners by name, instead of what is computed, as JSON;"
        " memory and ephemeral-storage are doubled as computed ones are",
    )
    kubernetes_memory_limit: str = Field(
        default="64Gi",
        description="The most memory that a runner gets, however often it was killed for its want",
    )
    kubernetes_queue_name: str | None = Field(
        default=None, description="Kueue's LocalQueue, if it decides when Jobs start"
    )
    kubernetes_node_selector: dict[str, str] = Field(
        default={}, description="Labels of nodes that runners may use, as JSON"
    )
    kubernetes_tolerations: tuple[dict[str, Any], ...] = Field(
        default=(), description="Tolerations of runners, as JSON"
    )
    kubernetes_priority_class: str | None = Field(
        default=None, description="PriorityClass of runners"
    )
    kubernetes_probe_priority_class: str | None = Field(
        default=None, description="PriorityClass of runners that probe the library"
    )
    kubernetes_runtime_class: str | None = Field(
        default=None, description="RuntimeClass of runners, such as gvisor"
    )
    kubernetes_env: dict[str, str] = Field(
        default={}, description="More environment for runners, as JSON; no secrets"
    )
    kubernetes_start_timeout: float = Field(
        default=900, ge=5, description="A runner that has not started by then fails its job"
    )
    kubernetes_image_timeout: float = Field(
        default=300, ge=5, description="An image that cannot be fetched for so long fails its job"
    )
    kubernetes_grace_seconds: int = Field(
        default=30, ge=5, le=600, description="How long a runner that must end may take"
    )

    @field_validator("kubernetes_image")
    @classmethod
    def _is_an_image(cls, value: str | None) -> str | None:
        if value is not None and not _IMAGE.fullmatch(value):
            raise ValueError("is no image such as registry.example.org/reelmill-runner:1.2.3")
        return value

    @field_validator("kubernetes_memory_limit")
    @classmethod
    def _is_a_quantity(cls, value: str) -> str:
        if not _QUANTITY.fullmatch(value):
            raise ValueError(f"{value!r} is no quantity such as 8Gi, 500M or 2")
        return value

    @field_validator("kubernetes_preset_resources")
    @classmethod
    def _are_quantities(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for resources in value.values():
            for quantity in resources.values():
                cls._is_a_quantity(quantity)
        return value

    @field_validator("kubernetes_namespace", "kubernetes_instance", "kubernetes_queue_name")
    @classmethod
    def _is_a_label(cls, value: str | None) -> str | None:
        if value is not None and not _LABEL.fullmatch(value):
            raise ValueError("is no name: lower case letters, digits and hyphens, 63 at most")
        return value

    @field_validator(
        "kubernetes_service_account",
        "kubernetes_priority_class",
        "kubernetes_probe_priority_class",
        "kubernetes_runtime_class",
    )
    @classmethod
    def _is_a_name(cls, value: str | None) -> str | None:
        if value is not None and not _SUBDOMAIN.fullmatch(value):
            raise ValueError("is no name: lower case letters, digits, hyphens and dots")
        return value
