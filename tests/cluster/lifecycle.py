"""Brings the cluster up, says how it is, and takes it down."""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kubernetes
import urllib3

from tests.cluster import (
    addons,
    addresses,
    archive,
    certificates,
    cgroups,
    configs,
    debian,
    node,
    paths,
    services,
    sysctls,
    tools,
)
from tests.cluster.addresses import NODE_NAME, Addresses
from tests.cluster.command import CommandError, run
from tests.cluster.paths import State

Say = Callable[[str], None]
PROBE_IMAGE = "reelmill.invalid/probe:1"
# Seconds for each part to come up: half a minute is usual, a machine at its limit takes minutes.
_PATIENCE = 600


class Phases:
    """Prints what is being done and how long the last thing took."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._began = self._last = time.monotonic()

    def done(self, what: str) -> None:
        now = time.monotonic()
        self._say(f"cluster: {what} ({now - self._last:.1f} s)")
        self._last = now

    def whole(self) -> float:
        return time.monotonic() - self._began


def up(state: State, say: Say = print, *, api_only: bool = False) -> Addresses:
    """A cluster whose node is Ready and whose name server answers. Raises CommandError.

    With `api_only` there is only a Kubernetes API: what is made there stays as it is made.
    """
    state.check()
    need_root()
    phases = Phases(say)
    installed = debian.install(debian.NODE)
    phases.done(f"Debian packages: {', '.join(installed) or 'all there'}")
    needed = () if api_only else (tools.PROBE, tools.COREDNS)
    homes = {group.name: tools.ensure(group, say) for group in needed}
    home = tools.ensure(tools.KUBERNETES, say)
    phases.done("programs")
    with _locked(state):
        _down(state)
        try:
            net = _node(state, phases)
            if not api_only:
                _images(state, homes, phases)
            _api(state, net, home, phases)
            if not api_only:
                _controllers(state, home)
                _workers(state, net, home, phases)
        except BaseException:
            _keep_logs(state, say)
            _down(state)
            raise
    say(f"cluster: up after {phases.whole():.0f} s; KUBECONFIG={state.kubeconfig}")
    return net


def need_root() -> None:
    """Raises CommandError for anybody else."""
    if os.geteuid() != 0:
        raise CommandError("The cluster needs root: it makes namespaces, mounts and cgroups.")


def _node(state: State, phases: Phases) -> Addresses:
    net = addresses.choose()
    (state.folder / "addresses.json").write_text(json.dumps(str(net.net)))
    certificates.write(state.certificates, net)
    configs.write(state, net)
    sysctls.remember(state.folder)
    cgroups.make(state.cgroup)
    node.start(state, net)
    phases.done("namespaces")
    return net


def _images(state: State, homes: dict[str, Path], phases: Phases) -> None:
    _start(state, "containerd", services.containerd(state))
    _until(lambda: _ctr(state, "version"), "containerd answers")
    probe = homes["probe"] / "probe"
    for image, program in (
        (configs.PAUSE_IMAGE, probe),
        (PROBE_IMAGE, probe),
        (addons.COREDNS_IMAGE, homes["coredns"] / "coredns"),
    ):
        file = state.folder / "tmp" / "image.tar"
        archive.write(file, image, program)
        load(state, file)
        file.unlink()
    phases.done("containerd and its first images")


def load(state: State, file: Path) -> None:
    """Gives the node the images of an archive (OCI or Docker)."""
    _ctr(state, "images", "import", "--all-platforms", str(file), seconds=600)


def has(state: State, reference: str) -> bool:
    """Whether the node has an image of this name."""
    return reference in _ctr(state, "images", "list", "--quiet").split()


def _ctr(state: State, *words: str, seconds: float = 60) -> str:
    pid = the_node(state)
    argv = ["ctr", "-a", str(state.containerd), "-n", "k8s.io", *words]
    return node.inside(pid, argv, seconds=seconds)


def the_node(state: State) -> int:
    """The process id of the node's first process. Raises CommandError when none runs."""
    pids = node.processes(state)
    if not pids:
        raise CommandError(f"No cluster runs in {state.folder}.")
    return pids[0]


def running(state: State) -> Addresses | None:
    """The addresses of a cluster that is up already; None when there is none."""
    if not node.processes(state):
        return None
    until_answers(client(state))
    return _addresses(state)


def _addresses(state: State) -> Addresses:
    return Addresses(
        ipaddress.IPv4Network(json.loads((state.folder / "addresses.json").read_text()))
    )


def _api(state: State, net: Addresses, home: Path, phases: Phases) -> None:
    _start(state, "etcd", services.etcd(state))
    _start(state, "kube-apiserver", services.apiserver(state, net, home))
    until_answers(client(state))
    phases.done("Kubernetes API")


def _controllers(state: State, home: Path) -> None:
    _start(state, "kube-controller-manager", services.controller_manager(state, home))
    _start(state, "kube-scheduler", services.scheduler(state, home))


def until_answers(api: kubernetes.client.ApiClient, seconds: float = _PATIENCE) -> None:
    """Waits for an API server that calls itself ready."""
    url = f"{api.configuration.host}/readyz"
    _until(
        lambda: api.call_api("GET", url, _request_timeout=5).status == 200,
        "the API server is ready",
        seconds,
    )


def _workers(state: State, net: Addresses, home: Path, phases: Phases) -> None:
    _start(state, "kubelet", services.kubelet(state, net, home))
    _start(state, "kube-proxy", services.kube_proxy(state, home))
    _start(state, "policies", services.policies(state, net))
    api = client(state)
    core = kubernetes.client.CoreV1Api(api)
    _until(lambda: _ready(core.read_node(NODE_NAME)), "the node is Ready", seconds=_PATIENCE)
    phases.done("node Ready")
    addons.apply(api, net)
    apps = kubernetes.client.AppsV1Api(api)
    _until(
        lambda: apps.read_namespaced_deployment("coredns", "kube-system").status.ready_replicas,
        "the name server is ready",
        seconds=_PATIENCE,
    )
    phases.done("name server")


def _ready(found: Any) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in found.status.conditions or [])


def _start(state: State, name: str, argv: list[str]) -> None:
    node.ask(state, {"do": "start", "name": name, "argv": argv})


def client(state: State) -> kubernetes.client.ApiClient:
    """The administrator's."""
    return kubernetes.config.new_client_from_config(str(state.kubeconfig))


def _until(holds: Callable[[], Any], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    last: object = "no"
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (
            CommandError,
            OSError,
            urllib3.exceptions.HTTPError,
            kubernetes.client.ApiException,
        ) as error:
            last = error
        time.sleep(0.1)
    raise CommandError(f"After {seconds:g} s still waiting until {what}: {last}")


def down(state: State, say: Say = print) -> None:
    """Ends a cluster and removes all that it made, also what a killed session left behind."""
    with _locked(state):
        _down(state)
    say(f"cluster: {state.name} is gone")


def _down(state: State) -> None:
    node.end(state)
    if (state.folder / "addresses.json").exists():
        net = _addresses(state)
        # The kernel takes the pair away with the node's namespace, but not at once.
        if Path(f"/sys/class/net/{net.interface}").exists():
            _forget(net.interface)
    cgroups.remove(state.cgroup)
    sysctls.restore(state.folder)
    shutil.rmtree(state.folder, ignore_errors=False)
    state.folder.mkdir()


def _forget(interface: str) -> None:
    try:
        run(["ip", "link", "del", interface])
    except CommandError:
        _until(lambda: not Path(f"/sys/class/net/{interface}").exists(), f"{interface} is gone")


def _keep_logs(state: State, say: Say) -> None:
    """A cluster that did not come up says why before it goes."""
    kept = paths.cache() / "clusters" / f"{state.name}-failed-logs"
    shutil.rmtree(kept, ignore_errors=True)
    if state.logs.exists():
        shutil.copytree(state.logs, kept)
        say(f"cluster: logs of what failed are in {kept}")


@contextmanager
def _locked(state: State) -> Iterator[None]:
    """One `up` or `down` of a name at a time. The folder goes only after the lock is free."""
    state.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = state.folder.with_name(f"{state.name}.lock")
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
        if not any(state.folder.iterdir()):
            state.folder.rmdir()
            lock.unlink()


def status(state: State) -> dict[str, Any]:
    """What runs, and what is left where nothing runs."""
    pids = node.processes(state)
    found: dict[str, Any] = {"running": bool(pids), "folder": str(state.folder)}
    if pids:
        found["kubeconfig"] = str(state.kubeconfig)
        found["services"] = node.ask(state, {"do": "list"})
    else:
        left = [str(path) for path in cgroups.remains(state.cgroup)]
        found["left"] = left + ([str(state.folder)] if state.folder.exists() else [])
    return found
