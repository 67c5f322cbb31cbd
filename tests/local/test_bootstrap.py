"""The pure parts of the bootstrap. The scripts run by path, so they are loaded by path."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"


@pytest.fixture(autouse=True, scope="module")
def _scripts_on_the_path() -> object:
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(SCRIPTS))
    yield
    patch.undo()


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", SCRIPTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pip_settings_come_from_files_and_the_environment(tmp_path: Path) -> None:
    pip = load("pip_settings")
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://files/simple\ncert = /ca.pem\n[install]\nfind_links = /w\n"
    )
    environ = {"HOME": str(tmp_path), "PIP_CONFIG_FILE": str(config), "PIP_CERT": "/other.pem"}
    got = pip.read(environ)
    assert got["index-url"] == "https://files/simple"
    assert got["cert"] == "/other.pem", "the environment wins"
    assert got["find-links"] == "/w"


def test_pip_settings_are_said_to_uv(tmp_path: Path) -> None:
    pip = load("pip_settings")
    got = pip.uv_environment(
        {},
        {
            "index-url": "https://one/simple",
            "extra-index-url": "https://two/simple\n  https://three/simple",
            "find-links": f"{tmp_path} /nowhere https://files/",
            "trusted-host": "one two",
            "cert": "/ca.pem",
            "proxy": "http://proxy:3128",
            "timeout": "180",
        },
    )
    assert got["UV_DEFAULT_INDEX"] == "https://one/simple"
    assert got["UV_INDEX"] == "https://two/simple https://three/simple"
    assert got["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert got["UV_FIND_LINKS"] == f"{tmp_path},https://files/"
    assert got["UV_INSECURE_HOST"] == "one two"
    assert got["SSL_CERT_FILE"] == "/ca.pem"
    assert got["HTTPS_PROXY"] == got["HTTP_PROXY"] == "http://proxy:3128"
    assert got["UV_HTTP_TIMEOUT"] == "180"


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_what_is_said_to_uv_itself_wins(name: str) -> None:
    pip = load("pip_settings")
    got = pip.uv_environment({name: "https://mine"}, {"index-url": "https://one"})
    assert got[name] == "https://mine"
    assert "https://one" not in got.values()


def test_no_pip_settings_say_nothing() -> None:
    pip = load("pip_settings")
    added = set(pip.uv_environment({}, {})) - {"UV_SYSTEM_CERTS", "UV_NO_PROGRESS"}
    assert not added


PAGE = """<html><body>
<a href="../../f/uv-1.2.3-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl#sha256=aa"></a>
<a href="https://cdn.example/uv-1.2.3-py3-none-manylinux_2_38_x86_64.whl">b</a>
<a href="uv-1.2.3-py3-none-musllinux_1_1_x86_64.whl">c</a>
<a href="uv-1.2.3-py3-none-manylinux_2_28_aarch64.whl">d</a>
<a href="uv-1.2.4-py3-none-manylinux_2_17_x86_64.whl">e</a>
<a href="uv-1.2.3.tar.gz">f</a>
</body></html>"""


@pytest.mark.parametrize(
    ("machine", "glibc", "end"),
    [
        ("x86_64", (2, 36), "manylinux2014_x86_64.whl"),
        ("x86_64", (2, 40), "manylinux_2_38_x86_64.whl"),
        ("x86_64", (2, 12), "musllinux_1_1_x86_64.whl"),
        ("x86_64", None, "musllinux_1_1_x86_64.whl"),
        ("aarch64", (2, 36), "manylinux_2_28_aarch64.whl"),
    ],
)
def test_the_wheel_for_this_machine(machine: str, glibc: tuple[int, int] | None, end: str) -> None:
    wheel = load("uv_wheel")
    links = wheel.parse_links(PAGE, "https://index.example/simple/uv/")
    assert wheel.choose(links, "1.2.3", machine, glibc).endswith(end)


def test_links_on_an_index_page_are_made_whole() -> None:
    wheel = load("uv_wheel")
    first, second, *_ = wheel.parse_links(PAGE, "https://index.example/simple/uv/")
    assert first.startswith("https://index.example/f/uv-1.2.3")
    assert "#" not in first
    assert second.startswith("https://cdn.example/")


def test_a_machine_that_no_wheel_fits_is_told() -> None:
    wheel = load("uv_wheel")
    with pytest.raises(ValueError, match=r"no uv 1\.2\.3 for Linux on sparc64"):
        wheel.choose(wheel.parse_links(PAGE, "https://i/"), "1.2.3", "sparc64", (2, 36))


def test_the_lock_pins_uv_with_hashes() -> None:
    wheel = load("uv_wheel")
    version, hashes = wheel.pinned((ROOT / "requirements" / "uv.txt").read_text())
    assert version[0].isdigit()
    assert len(hashes) > 5
    with pytest.raises(ValueError, match="pins no version"):
        wheel.pinned("# nothing")


def test_a_wheel_with_another_hash_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = load("uv_wheel")
    answers = iter([PAGE.encode(), b"not the wheel"])
    monkeypatch.setattr(wheel, "_get", lambda url, env: next(answers))
    monkeypatch.setattr(wheel.platform, "machine", lambda: "x86_64")
    lock = "uv==1.2.3 \\\n    --hash=sha256:" + "0" * 64
    with pytest.raises(ValueError, match="has not the hash"):
        wheel.install(tmp_path / "uv", lock, {})
    assert not (tmp_path / "uv").exists()


def test_messages_hold_no_password() -> None:
    wheel = load("uv_wheel")
    assert wheel._shown("https://user:secret@host/simple") == "https://host/simple"
    with pytest.raises(ValueError, match="is no web address"):
        wheel._get("file:///etc/passwd", {})


def test_an_old_python_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap = load("bootstrap")
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 18, "final", 0))
    assert bootstrap.main() == 1
    told = capsys.readouterr().err
    assert "needs Python 3.11" in told
    assert "3.9.18" in told


def test_the_bootstrap_uses_no_syntax_that_python_3_9_lacks() -> None:
    import ast

    for path in SCRIPTS.glob("*.py"):
        ast.parse(path.read_text(), path.name, feature_version=(3, 9))


def test_find_python_takes_what_is_named_and_what_is_new_enough(tmp_path: Path) -> None:
    script = str(SCRIPTS / "find-python.sh")

    def ask(env: dict[str, str]) -> tuple[int, str]:
        done = subprocess.run(
            ["/bin/sh", script], env=env, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout.strip() + done.stderr.strip()

    assert ask({"PYTHON": "/my/python", "PATH": "/usr/bin:/bin"}) == (0, "/my/python")
    old, new = tmp_path / "python3", tmp_path / "python3.12"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    assert ask({"PATH": str(tmp_path)}) == (0, str(old)), "its bootstrap says what is wrong"
    new.symlink_to(sys.executable)
    assert ask({"PATH": str(tmp_path)}) == (0, str(new))
    empty = tmp_path / "empty"
    empty.mkdir()
    code, words = ask({"PATH": str(empty)})
    assert code == 1
    assert "Install Python 3.11" in words


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("v18.20.0", False),
        ("nonsense", False),
    ],
)
def test_which_node_is_good_enough(version: str, good: bool) -> None:
    assert load("web").new_enough(version) is good


def test_the_lock_files_name_no_index() -> None:
    assert load("check_locks").main() == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("--index-url https://mirror/simple\n", "names an index"),
        ("a==1 \\\n    --hash=sha256:aa\n    # from https://mirror/simple\n", "names an index"),
        ("a==1\n", "has no hash"),
        ("a>=1\n", "pins no version"),
        ("#    uv pip compile -o /home/me/x.txt\n", "names a path"),
    ],
)
def test_a_bad_lock_is_found(text: str, words: str) -> None:
    assert any(words in problem for problem in load("check_locks").problems_in_python_lock(text))


def test_a_bad_npm_lock_is_found() -> None:
    look = load("check_locks").problems_in_npm_lock
    text = '{"packages": {"": {}, "a": {"resolved": "https://m/a.tgz", "integrity": "x"}, "b": {}}}'
    assert [problem.split()[0] for problem in look(text)] == ["a", "b"]


def test_setup_is_a_matter_of_a_moment_when_nothing_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap = load("bootstrap")
    called: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "uv", lambda words, env: called.append(words))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    bootstrap.ensure_venv({})
    assert [words[:2] for words in called] == [["pip", "sync"]]
    bootstrap.ensure_venv({})
    assert len(called) == 1
    (tmp_path / "bin" / "python").unlink()
    (tmp_path / "bin" / "python").symlink_to("/nowhere/python")
    bootstrap.ensure_venv({})
    assert [words[0] for words in called[1:]] == ["venv", "pip"], "its Python is gone"


def test_two_at_once_wait_for_each_other(tmp_path: Path) -> None:
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import bootstrap\n"
        "from pathlib import Path\n"
        "with bootstrap.locked(Path(sys.argv[2])):\n"
        "    print('in', flush=True); sys.stdin.read(); print('out', flush=True)\n"
    )
    argv = [sys.executable, "-c", code, str(SCRIPTS), str(tmp_path / "lock")]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )

    with start() as first:
        assert first.stdout
        assert first.stdout.readline() == "in\n"
        with start() as second:
            assert second.stderr
            assert second.stdout
            assert "Waiting for another make" in second.stderr.readline()
            assert first.communicate()[0] == "out\n"
            assert second.stdout.readline() == "in\n"
            second.communicate()
