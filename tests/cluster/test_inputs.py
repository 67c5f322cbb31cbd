"""What the cluster is made from, checked without one."""

from __future__ import annotations

import configparser
import ipaddress
import json
import re
import tarfile
from pathlib import Path

import pytest

from tests.cluster import addresses, archive, images, paths, secrets, tools
from tests.cluster.addresses import Addresses
from tests.cluster.paths import State


def test_every_part_of_kubernetes_is_of_one_release() -> None:
    text = (paths.TOOLS / "kubernetes" / "go.mod").read_text()
    release = tools.KUBERNETES.release()
    parts = re.findall(r"^\s*(k8s\.io/\S+) => (\S+) (v\S+)$", text, re.MULTILINE)
    assert len(parts) > 25
    assert {(old == new, version) for old, new, version in parts} == {
        (True, release.replace("v1.", "v0."))
    }


@pytest.mark.parametrize("group", [g for g in tools.ALL if g.module], ids=lambda g: g.name)
def test_the_source_of_every_program_is_pinned(group: tools.Group) -> None:
    assert re.fullmatch(r"v\d+\.\d+\.\d+", group.release())
    sums = (group.folder / "go.sum").read_text()
    assert f"{group.module} {group.release()} h1:" in sums


def test_a_version_of_our_own_source_changes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "TOOLS", tmp_path)
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "main.go").write_text("package main\n")
    first = tools.PROBE.version()
    (tmp_path / "probe" / "main.go").write_text("package main // changed\n")
    assert tools.PROBE.version() != first


def test_networks_lie_in_one_and_do_not_overlap() -> None:
    net = Addresses(ipaddress.IPv4Network("10.201.0.0/16"))
    parts = [net.pods, net.services, net.link]
    assert all(part.subnet_of(net.net) for part in parts)
    assert not any(a.overlaps(b) for a in parts for b in parts if a is not b)
    assert {net.dns, net.kubernetes_service} <= set(net.services)
    assert len(net.interface) <= 15


def test_a_network_with_a_route_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = [{"dst": "default"}, {"dst": "10.201.7.0/24"}, {"dst": "10.202.0.1"}]
    monkeypatch.setattr(addresses, "run", lambda _argv: json.dumps(routes))
    assert str(addresses.choose().net) == "10.203.0.0/16"


def test_a_folder_that_the_node_hides_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELMILL_CACHE", "/var/lib/somewhere")
    with pytest.raises(ValueError, match="REELMILL_CACHE"):
        State("x").check()


def test_an_image_holds_one_program_and_its_digest(tmp_path: Path) -> None:
    program = tmp_path / "probe"
    program.write_bytes(b"#!")
    archive.write(tmp_path / "image.tar", "reelmill.invalid/x:1", program)
    with tarfile.open(tmp_path / "image.tar") as whole:
        manifest = json.load(whole.extractfile("manifest.json"))  # type: ignore[arg-type]
        config = json.load(whole.extractfile("config.json"))  # type: ignore[arg-type]
    assert manifest[0]["RepoTags"] == ["reelmill.invalid/x:1"]
    assert config["config"]["Entrypoint"] == ["/probe"]


def test_build_secrets_keep_the_index_and_drop_what_is_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:word@index.invalid/simple")
    monkeypatch.setenv("PIP_CERT", "/only/here.pem")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} https://wheels.invalid/")
    with secrets.files() as given:
        pip = given["pip"]
        assert pip.stat().st_mode & 0o077 == 0
        parser = configparser.RawConfigParser()
        parser.read(pip)
    assert parser["global"]["index-url"] == "https://user:word@index.invalid/simple"
    assert parser["global"]["find-links"] == "https://wheels.invalid/"
    assert "cert" not in parser["global"]
    assert not pip.exists()


def test_an_image_is_another_when_its_inputs_or_its_base_change() -> None:
    assert images.RUNNER.digest("a") == images.RUNNER.digest("a")
    assert len({images.RUNNER.digest("a"), images.RUNNER.digest("b"), images.API.digest("a")}) == 3
