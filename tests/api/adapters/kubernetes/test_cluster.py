"""The connection to a cluster."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import yaml

from api.adapters.kubernetes.cluster import Cluster
from tests.api.adapters.kubernetes.conftest import settings


@pytest.mark.parametrize(
    ("environ", "asks"),
    [
        ({}, False),
        ({"HTTPS_PROXY": "http://proxy.example.org:3128"}, True),
        ({"HTTP_PROXY": "http://proxy.example.org:3128"}, False),
        ({"HTTPS_PROXY": "http://proxy.example.org:3128", "NO_PROXY": ".example.com"}, False),
    ],
)
async def test_calls_ask_the_environment_only_where_it_names_a_proxy(
    environ: dict[str, str], asks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    kubeconfig = tmp_path / "kubeconfig"
    body = {
        "clusters": [{"name": "c", "cluster": {"server": "https://api.example.com:6443"}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    kubeconfig.write_text(yaml.safe_dump(body))
    async with AsyncExitStack() as stack:
        opened = await Cluster.open(settings(kubernetes_kubeconfig=kubeconfig), stack)
        session = opened._api.rest_client._create_pool_manager()
        stack.push_async_callback(session.close)
        assert session.trust_env is asks
