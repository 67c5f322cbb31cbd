"""Why something in a namespace did not come up: helm says only that it waited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubernetes.client import ApiException, CoreV1Api

_LINES = 15
_EVENTS = 12


def of(core: CoreV1Api, namespace: str) -> str:
    """Pods that are not well with the end of their logs, and the newest warnings."""
    lines = []
    for pod in core.list_namespaced_pod(namespace).items:
        lines.append(f"pod {pod.metadata.name}: {pod.status.phase}{_why(pod.status)}")
        lines += _containers(core, pod)
    warnings = core.list_namespaced_event(namespace, field_selector="type=Warning").items
    warnings.sort(key=lambda event: str(event.last_timestamp or event.event_time))
    for event in warnings[-_EVENTS:]:
        lines.append(f"warning {event.involved_object.name}: {event.reason}: {event.message}")
    return "\n".join(lines)


def _why(status: Any) -> str:
    unmet = [c for c in status.conditions or [] if c.status == "False" and c.message]
    return "".join(f"; {c.type}: {c.message}" for c in unmet)


def _containers(core: CoreV1Api, pod: Any) -> Iterator[str]:
    status = pod.status
    for container in (status.init_container_statuses or []) + (status.container_statuses or []):
        state = container.state
        ended = state.terminated
        if container.ready or (ended and ended.exit_code == 0):
            continue
        what = state.waiting or ended
        reason = f"{what.reason}: {what.message or ''}" if what else "runs, not ready"
        yield f"  {container.name}: {reason}; restarts {container.restart_count}"
        yield from _log(core, pod.metadata, container)


def _log(core: CoreV1Api, pod: Any, container: Any) -> Iterator[str]:
    try:
        text = core.read_namespaced_pod_log(
            pod.name,
            pod.namespace,
            container=container.name,
            tail_lines=_LINES,
            previous=bool(container.restart_count and container.state.waiting),
        )
    except ApiException:
        return  # it has none yet, or its node has lost it
    yield from (f"    {line}" for line in text.splitlines())
