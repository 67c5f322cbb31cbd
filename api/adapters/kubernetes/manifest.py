"""From an errand to a Kubernetes Job as plain data. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from api.adapters.kubernetes import names
from api.domain.sizing import MIB, PROBE_SIZE, Size
from schema.job import Limits, TaskKind

if TYPE_CHECKING:
    from api.config import Settings
    from api.domain.execution import Errand

Json = dict[str, Any]

_UID: Final = 65532
_SCRATCH: Final = "/scratch"
_TOKENS: Final = "/var/run/secrets/reelmill"
_TOKEN_SECONDS: Final = 3600
_TTL: Final = 600
# Logs and what else a container writes beside its scratch.
_BESIDE: Final = 256 * MIB
# A runner reports a task that takes too long itself; this is for one that cannot.
_BEYOND: Final = 600


def job(errand: Errand, settings: Settings, namespace: str, *, owner: UUID | None = None) -> Json:
    """One task, one Job, one pod: Kubernetes never tries again for us.

    `owner` is the uid of the runners' ServiceAccount: helm does not know our Jobs, but it deletes
    the account, and then the cluster collects what that owns.

    With any Ignore rule an evicted pod would be replaced inside the Job, uncounted; so there is no
    podFailurePolicy at all, and what a pod has died of is read off its conditions.
    """
    labels = names.labels(errand, settings.kubernetes_instance)
    queue = settings.kubernetes_queue_name
    spec: Json = {
        "backoffLimit": 0,
        "completions": 1,
        "parallelism": 1,
        # Two pods of one task would only fight for its epoch.
        "podReplacementPolicy": "Failed",
        "ttlSecondsAfterFinished": _TTL,
        "template": {
            "metadata": {"labels": labels, "annotations": _PATIENCE},
            "spec": _pod(errand, settings),
        },
    }
    if queue:
        # A deadline would start anew with each admission, and run while the Job is suspended.
        spec["suspend"] = True
    else:
        limit = Limits().wall_seconds + settings.kubernetes_start_timeout + _BEYOND
        spec["activeDeadlineSeconds"] = int(limit)
    made: Json = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": names.job_name(errand),
            "namespace": namespace,
            "labels": labels | ({names.QUEUE: queue} if queue else {}),
        },
        "spec": spec,
    }
    if owner is not None:
        made["metadata"]["ownerReferences"] = [_owner(settings, owner)]
    made["metadata"]["annotations"] = {names.SPEC_HASH: spec_hash(made)}
    return made


def _owner(settings: Settings, uid: UUID) -> Json:
    """Blocking its deletion, or calling it a controller, would ask for more rights and be wrong."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "name": settings.kubernetes_service_account,
        "uid": str(uid),
        "blockOwnerDeletion": False,
        "controller": False,
    }


# Moving a runner throws its work away. These two ask the common autoscalers not to.
_PATIENCE: Final = {
    "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    "karpenter.sh/do-not-disrupt": "true",
}


def spec_hash(manifest: Json) -> str:
    """What tells our Job from another of the same name."""
    text = json.dumps(manifest["spec"], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _pod(errand: Errand, settings: Settings) -> Json:
    size = errand.size or PROBE_SIZE
    probes = errand.kind == TaskKind.PROBE
    priority = settings.kubernetes_priority_class
    if probes and settings.kubernetes_probe_priority_class:
        priority = settings.kubernetes_probe_priority_class
    optional = {
        "imagePullSecrets": [{"name": name} for name in settings.kubernetes_image_pull_secrets],
        "nodeSelector": dict(settings.kubernetes_node_selector),
        "tolerations": [dict(one) for one in settings.kubernetes_tolerations],
        "priorityClassName": priority,
        "runtimeClassName": settings.kubernetes_runtime_class,
    }
    return {
        "restartPolicy": "Never",
        "serviceAccountName": settings.kubernetes_service_account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": settings.kubernetes_grace_seconds,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _UID,
            "runAsGroup": _UID,
            "fsGroup": _UID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(errand, settings, size)],
        "volumes": [
            {"name": "scratch", "emptyDir": {"sizeLimit": _bytes(size.storage)}},
            {"name": "token", "projected": {"sources": [_token(settings)]}},
        ],
    } | {name: value for name, value in optional.items() if value}


def _token(settings: Settings) -> Json:
    return {
        "serviceAccountToken": {
            "audience": settings.kubernetes_audience,
            "expirationSeconds": _TOKEN_SECONDS,
            "path": "token",
        }
    }


def _container(errand: Errand, settings: Settings, size: Size) -> Json:
    return {
        "name": "runner",
        "image": settings.kubernetes_image,
        "imagePullPolicy": str(settings.kubernetes_image_pull_policy),
        "env": [
            {"name": name, "value": value}
            for name, value in environment(errand, settings, size).items()
        ],
        "resources": resources(errand, settings, size),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [
            {"name": "scratch", "mountPath": _SCRATCH},
            {"name": "token", "mountPath": _TOKENS, "readOnly": True},
        ],
    }


def environment(errand: Errand, settings: Settings, size: Size) -> dict[str, str]:
    """The same start values that a child process gets. No credential is among them."""
    return {
        **settings.kubernetes_env,
        "HOME": _SCRATCH,
        "TMPDIR": _SCRATCH,
        "LOG_LEVEL": settings.log_level,
        "REELMILL_API_URL": settings.kubernetes_callback_url or "",
        "REELMILL_ATTEMPT_ID": str(errand.attempt_id),
        "REELMILL_TASK": str(errand.kind),
        "REELMILL_TASK_INDEX": str(errand.index),
        "REELMILL_SCRATCH": _SCRATCH,
        "REELMILL_SCRATCH_BYTES": str(size.storage),
        "REELMILL_PROOF_FILE": f"{_TOKENS}/token",
    }


def resources(errand: Errand, settings: Settings, size: Size) -> Json:
    """Limits as computed, requests scaled; of what a preset names itself all is requested."""
    scale = settings.kubernetes_resource_scale
    limits = {
        "cpu": f"{size.cpu_milli}m",
        "memory": _bytes(size.memory),
        "ephemeral-storage": _bytes(size.storage + _BESIDE),
    }
    requests = {
        "cpu": f"{max(1, int(size.cpu_milli * scale))}m",
        "memory": _bytes(int(size.memory * scale)),
        "ephemeral-storage": _bytes(int((size.storage + _BESIDE) * scale)),
    }
    # What a preset names is in the size already, or is none of ours, such as a GPU.
    own = settings.kubernetes_preset_resources.get(errand.preset or "", {})
    named = {name: limits.get(name, quantity) for name, quantity in own.items()}
    return {"limits": limits | named, "requests": requests | named}


def _bytes(value: int) -> str:
    return f"{max(1, -(-value // MIB))}Mi"
