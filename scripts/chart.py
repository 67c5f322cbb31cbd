"""Keeps the chart in step with the code, and its page in step with the chart.

    python scripts/chart.py [--check]

Fills `config` in values.schema.json with the settings of the API that the chart does not set by
itself, and writes docs/reference/helm-values.md from values.yaml and its comments.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.config import Settings, environment_name  # noqa: E402 - found by the line above

CHART = ROOT / "deploy" / "helm" / "reelmill"
SCHEMA = CHART / "values.schema.json"
PAGE = ROOT / "docs" / "reference" / "helm-values.md"
# What the chart's own values decide, or what a pod has no use for.
OURS = {
    *("database_url", "system_database_url", "secret_key", "metrics_token"),
    *(
        "host",
        "port",
        "public_url",
        "web_dir",
        "bucket_in",
        "bucket_out",
        "region",
        "drain_seconds",
    ),
    *("access_key_id", "secret_access_key", "allow_plain_keys"),
    *("executor", "local_concurrency", "split_workers", "scratch", "runner_api_url"),
}
FAMILIES = ("s3_", "sts_", "kubernetes_")
WORDS = ("type", "enum", "minimum", "maximum", "exclusiveMinimum", "items", "description")
HEAD = """\
# Helm values

Every value of the chart in `deploy/helm/reelmill`, with its default. Any other is refused.
See [a cluster on your machine](../how-to/kind.md) and [in production](../how-to/production.md).

<!-- generated: python scripts/chart.py -->

| value | default | meaning |
| --- | --- | --- |
"""


def main() -> int:
    wanted = {SCHEMA: schema(json.loads(SCHEMA.read_text())), PAGE: page()}
    if "--check" not in sys.argv[1:]:
        for path, text in wanted.items():
            path.write_text(text)
        return 0
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text() != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is stale; run: python scripts/chart.py", file=sys.stderr)
    return 1 if stale else 0


def schema(found: dict[str, Any]) -> str:
    """The schema's text with `config` as the code has it."""
    found["properties"]["config"]["properties"] = settings()
    return json.dumps(found, indent=2) + "\n"


def settings() -> dict[str, Any]:
    """The settings that `config` takes: variable -> schema."""
    whole = Settings.model_json_schema(by_alias=False)
    return {
        environment_name(name): _plain(entry, whole.get("$defs", {}))
        for name, entry in sorted(whole["properties"].items())
        if name not in OURS and not name.startswith(FAMILIES)
    }


def _plain(entry: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Without defaults, titles and references, which say nothing to who writes values."""
    merged = dict(entry)
    for option in entry.get("anyOf", []):
        if option.get("type") != "null":
            merged |= option
    if "$ref" in merged:
        merged |= definitions[merged["$ref"].rpartition("/")[2]]
    plain = {word: merged[word] for word in WORDS if word in merged}
    if "description" in entry:
        plain["description"] = entry["description"]
    return plain


def page() -> str:
    """One row a value; the comment above a value is its meaning."""
    text = (CHART / "values.yaml").read_text()
    rows = [
        f"| `{name}` | {_shown(value)} | {comment} |"
        for name, value, comment in walk(yaml.compose(text), text.splitlines(), "")
    ]
    return HEAD + "\n".join(rows) + "\n"


def walk(node: Any, lines: list[str], prefix: str) -> list[tuple[str, Any, str]]:
    """Name, default and comment of every leaf. A group's comment gets a row without default."""
    rows: list[tuple[str, Any, str]] = []
    for key, value in node.value:
        name = f"{prefix}{key.value}"
        comment = _comment(lines, key.start_mark.line) if prefix.count(".") < 3 else ""
        # A map in one line is one value.
        group = isinstance(value, yaml.MappingNode) and value.value and not value.flow_style
        if group and not _free(name):
            if comment:
                rows.append((name, None, comment))
            rows += walk(value, lines, f"{name}.")
        else:
            default = yaml.safe_load(yaml.serialize(value))
            rows.append((name, {"": default}, comment))
    return rows


def _free(name: str) -> bool:
    """Values that Kubernetes defines, not we."""
    return name.endswith((".resources", ".annotations", ".labels"))


def _comment(lines: list[str], line: int) -> str:
    found: list[str] = []
    while line > 0 and lines[line - 1].strip().startswith("#"):
        line -= 1
        found.insert(0, lines[line].strip().lstrip("# "))
    # The file's own head is no value's comment.
    return " ".join(found).replace("|", "\\|") if line > 0 else ""


def _shown(value: Any) -> str:
    if value is None:
        return ""
    default = value[""]
    if default in ("", None):
        return "empty"
    text = default if isinstance(default, str) else json.dumps(default)
    return f"`{text}`"


if __name__ == "__main__":
    sys.exit(main())
