"""The table of metrics, read off the registry."""

from __future__ import annotations

from prometheus_client import Metric
from reference_markdown import code, table

from api import metrics

_SUFFIXES = {"counter": "_total"}


def ours() -> list[Metric]:
    """Our own metrics by name; those of the process and of Python come from the library."""
    found = [m for m in metrics.REGISTRY.collect() if m.name.startswith("reelmill_")]
    return sorted(found, key=lambda metric: metric.name)


def rows() -> str:
    """Name, type, labels and meaning of each."""
    labels = {
        collector._name: collector._labelnames  # noqa: SLF001 - the library shows labels nowhere else
        for collector in vars(metrics).values()
        if hasattr(collector, "_labelnames")
    }
    shown = []
    for metric in ours():
        names = ", ".join(code(label) for label in labels[metric.name])
        name = metric.name + _SUFFIXES.get(metric.type, "")
        shown.append((code(name), metric.type, names, metric.documentation))
    return table(("metric", "type", "labels", "meaning"), shown)
