"""The reference says what the code says."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from graphql import build_schema

import reelmill
from api import metrics
from api.config import Settings, environment_name
from api.graphql.schema import build
from runner.errors import Code
from tests.docs.codes import codes
from tests.docs.pages import DOCS, ROOT, text

SCRIPT = ROOT / "scripts" / "reference.py"
REFERENCE = DOCS / "reference"
# Not a variable: the code of an error that has no other.
NO_VARIABLE = {"REELMILL_ERROR"}


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module; it runs by path, so it is loaded by path."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    spec = importlib.util.spec_from_file_location("scripts_reference", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_stale_page_is_named_and_mended(
    reference: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "docs" / "reference"
    shutil.copytree(REFERENCE, folder)
    page = folder / "settings.md"
    page.write_text(page.read_text().replace("| `8400` | Port to listen", "| `1` | Port to listen"))
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "PAGES", folder)
    monkeypatch.setattr(sys, "argv", ["reference.py", "--check"])
    assert reference.main() == 1
    assert "docs/reference/settings.md is stale" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["reference.py"])
    assert reference.main() == 0
    assert page.read_text() == text(REFERENCE / "settings.md")


def test_every_table_is_shown_and_nobody_asks_for_another(reference: ModuleType) -> None:
    shown = re.findall(
        r"<!-- generated: ([a-z-]+) -->", "".join(map(text, sorted(REFERENCE.glob("*.md"))))
    )
    assert sorted(shown) == sorted(reference.TABLES)
    with pytest.raises(reference.UnknownTableError):
        reference.filled("<!-- generated: nonsense -->\n<!-- end -->")


def test_every_setting_is_documented() -> None:
    page = text(REFERENCE / "settings.md")
    for field in Settings.model_fields:
        assert f"`{environment_name(field)}`" in page


def test_every_name_of_the_client_is_documented() -> None:
    page = text(REFERENCE / "python.md")
    names = [name for name in dir(reelmill) if not name.startswith("_")]
    shown = set(re.findall(r"^(?:\| |#+ )`?(\w+)`?(?: \||$)", page, re.MULTILINE))
    assert set(names) - shown == set()
    methods = {name for name in dir(reelmill.Client) if not name.startswith("_")}
    assert methods - shown == set()


def test_every_method_of_the_client_says_what_it_does() -> None:
    things = [getattr(reelmill, name) for name in dir(reelmill) if not name.startswith("_")]
    things += [
        getattr(reelmill.Client, name) for name in dir(reelmill.Client) if not name.startswith("_")
    ]
    assert [thing for thing in things if not (thing.__doc__ or "").strip()] == []


def variables() -> Iterator[str]:
    """Every environment variable of ours that a program or the Makefile names."""
    files = [ROOT / "Makefile"]
    for folder in ("api", "runner", "local", "reelmill", "scripts"):
        files += (ROOT / folder).rglob("*.py")
    for file in files:
        yield from re.findall(r"\bREELMILL_[A-Z0-9_]*[A-Z0-9]\b", file.read_text("utf-8"))


def test_every_variable_that_the_code_names_is_documented() -> None:
    page = text(REFERENCE / "settings.md")
    assert [name for name in sorted({*variables()} - NO_VARIABLE) if f"`{name}`" not in page] == []


def places() -> list[Path]:
    api = [ROOT / "api" / "errors.py", ROOT / "api" / "services" / "endings.py"]
    api.append(ROOT / "api" / "services" / "probing.py")
    api += [*(ROOT / "api" / "http").glob("*.py"), *(ROOT / "api" / "graphql").glob("*.py")]
    return [*api, *(ROOT / "reelmill").rglob("*.py")]


def test_every_error_code_is_documented() -> None:
    found = {code for path in places() for code in codes(path)} | {one.name for one in Code}
    # The net is not empty: one of each kind of place.
    assert found >= {"NOT_FOUND", "INTERNAL", "RANGE_NOT_SATISFIABLE", "GRAPHQL_INVALID"}
    assert found >= {"QUERY_TOO_LARGE", "RUNNER_LOST", "TIMEOUT", "NO_CONNECTION", "JAIL_FAILED"}
    page = text(REFERENCE / "errors.md")
    assert [code for code in sorted(found) if f"`{code}`" not in page] == []


def test_every_operation_and_every_field_is_documented() -> None:
    schema = build_schema(build().as_str())
    page = text(REFERENCE / "graphql.md")
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        assert root
        for field in root.fields:
            assert f"`{field}`" in page
    for kind in schema.type_map.values():
        if kind.name.startswith("__") or kind.name in {"Boolean", "Float", "ID", "Int", "String"}:
            continue
        members = getattr(kind, "fields", None) or getattr(kind, "values", None) or {}
        for member in members:
            assert f"`{member}`" in page, f"{kind.name}.{member}"


def test_http_documents_every_route() -> None:
    page = text(REFERENCE / "http.md")
    for path in ("/graphql", "/session", "/play/", "/runner/v1", "/healthz", "/readyz", "/signin"):
        assert path in page


def test_every_metric_is_documented() -> None:
    page = text(REFERENCE / "metrics.md")
    names = [m.name for m in metrics.REGISTRY.collect() if m.name.startswith("reelmill_")]
    assert len(names) > 10
    assert [name for name in names if f"`{name}" not in page] == []
