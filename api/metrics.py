"""Prometheus metrics of one process, all in one place. Names follow its rules: base units, and a
counter's name ends with `_total` on the page.

Anything may count here; nothing is read back from here but by `/metrics`.
"""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_JOB_SECONDS = (1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600)

http_requests = Counter(
    "reelmill_http_requests",
    "Answered HTTP requests and ended WebSocket connections",
    ["method", "route", "status"],
    registry=REGISTRY,
)
http_seconds = Histogram(
    "reelmill_http_request_duration_seconds",
    "From a request's arrival to the end of its answer; without streams and sockets",
    ["route"],
    buckets=_REQUEST_SECONDS,
    registry=REGISTRY,
)
operations = Counter(
    "reelmill_graphql_operations",
    "GraphQL operations; outcome is ok, error or invalid",
    ["type", "outcome"],
    registry=REGISTRY,
)
operation_seconds = Histogram(
    "reelmill_graphql_operation_duration_seconds",
    "Time to execute queries and mutations",
    ["type"],
    buckets=_REQUEST_SECONDS,
    registry=REGISTRY,
)
cluster_jobs = Counter(
    "reelmill_cluster_jobs",
    "Kubernetes Jobs: created, repeated (the cluster did not take one at once), refused, orphaned",
    ["result"],
    registry=REGISTRY,
)
cluster_live = Gauge(
    "reelmill_cluster_live_jobs", "Kubernetes Jobs that the leader watches", registry=REGISTRY
)
cluster_age = Gauge(
    "reelmill_cluster_watch_age_seconds",
    "Since the cluster has said anything to the leader; more than 120 means a watch that is stuck",
    registry=REGISTRY,
)
probed = Counter(
    "reelmill_probed_assets",
    "Assets that runners of the library have looked at, by what became of them",
    ["outcome"],
    registry=REGISTRY,
)
probed_bytes = Counter(
    "reelmill_probed_bytes",
    "Bytes that these runners have read from the store",
    registry=REGISTRY,
)
reused_parts = Counter(
    "reelmill_reused_parts",
    "Parts of recipes that jobs got from earlier ones, so that nobody made them again",
    registry=REGISTRY,
)
events = Counter(
    "reelmill_events",
    "Events that this process has committed to the log, by type",
    ["type"],
    registry=REGISTRY,
)
queue_seconds = Histogram(
    "reelmill_job_queue_seconds",
    "From a job's start mutation to its first runner's claim",
    buckets=_JOB_SECONDS,
    registry=REGISTRY,
)
job_seconds = Histogram(
    "reelmill_job_duration_seconds",
    "From a job's start mutation to its end",
    ["status"],
    buckets=_JOB_SECONDS,
    registry=REGISTRY,
)
phase_seconds = Histogram(
    "reelmill_runner_phase_seconds",
    "What runners say of the phases of an attempt",
    ["phase"],
    buckets=_JOB_SECONDS,
    registry=REGISTRY,
)
failures = Counter(
    "reelmill_attempt_failures",
    "Attempts that ended without a result, by class and code",
    ["failure", "code"],
    registry=REGISTRY,
)
storage_errors = Counter(
    "reelmill_storage_errors",
    "Calls to the store that were refused or not answered, by code",
    ["code"],
    registry=REGISTRY,
)
jobs = Gauge(
    "reelmill_jobs",
    "Jobs of all projects in each state that is not final; the same in every process",
    ["status"],
    registry=REGISTRY,
)
oldest_queued = Gauge(
    "reelmill_job_queue_oldest_seconds",
    "How long the oldest job in the backlog has waited; the same in every process",
    registry=REGISTRY,
)
connections = Gauge(
    "reelmill_connections", "Open WebSocket and event-stream connections", registry=REGISTRY
)
pool_connections = Gauge(
    "reelmill_database_connections",
    "Connections of the pools to PostgreSQL; state is used or idle",
    ["pool", "state"],
    registry=REGISTRY,
)


def page() -> bytes:
    """All metrics as text."""
    return generate_latest(REGISTRY)
