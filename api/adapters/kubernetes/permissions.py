"""What this account must be allowed to do, and what of it the cluster does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from api.adapters.kubernetes.cluster import ClusterRefusal
from api.errors import BadConfiguration

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster
    from api.config import Settings

Json = dict[str, Any]


class Need(NamedTuple):
    """Verbs on one resource, or on a part of it."""

    group: str
    resource: str
    part: str
    verbs: tuple[str, ...]

    @property
    def words(self) -> str:
        """As the cluster itself names it in refusals."""
        name = f"{self.resource}/{self.part}" if self.part else self.resource
        return f"{name}.{self.group}" if self.group else name


# Everything that is ever called, and nothing else: the chart's Role is made of the same.
NEEDED: Final = (
    Need("batch", "jobs", "", ("create", "get", "list", "watch", "delete")),
    Need("", "pods", "", ("get", "list", "watch")),
    Need("", "pods", "log", ("get",)),
    Need("", "events", "", ("list",)),
)
# Of the runners' ServiceAccount only, by its name.
NEEDED_BY_NAME: Final = (Need("", "serviceaccounts", "", ("get",)),)
# Not in a namespace: a ClusterRole of its own.
NEEDED_EVERYWHERE: Final = (Need("authentication.k8s.io", "tokenreviews", "", ("create",)),)


_NOTHING: Final = (
    "REELMILL_KUBERNETES_NAMESPACE: this account may do nothing with Jobs and pods in namespace"
    " {!r}; name the namespace where its Role is bound, if there is one"
)


async def missing(cluster: Cluster, settings: Settings) -> list[str]:
    """A line for each right that is missing. Raises ClusterUnavailable and BadConfiguration."""
    space, account = cluster.namespace, settings.kubernetes_service_account
    inside = [line for need in NEEDED for line in await _lines(cluster, need, space)]
    if len(inside) == sum(len(need.verbs) for need in NEEDED):
        # Ten lines would hide what is most likely: a cluster also says so of no namespace at all.
        inside = [_NOTHING.format(space)]
    else:
        for need in NEEDED_BY_NAME:
            inside += await _lines(cluster, need, space, account)
    everywhere = [line for need in NEEDED_EVERYWHERE for line in await _lines(cluster, need)]
    return inside + everywhere


async def _lines(cluster: Cluster, need: Need, namespace: str = "", name: str = "") -> list[str]:
    where = f"in namespace {namespace}" if namespace else "in the cluster"
    what = f"{need.words} {name!r}" if name else need.words
    return [
        f"REELMILL_EXECUTOR: this account may not {verb} {what} {where}; bind it to a role that may"
        for verb in need.verbs
        if not await _may(cluster, need, verb, namespace, name)
    ]


async def _may(cluster: Cluster, need: Need, verb: str, namespace: str, name: str) -> bool:
    asked = {
        "namespace": namespace,
        "group": need.group,
        "resource": need.resource,
        "subresource": need.part,
        "verb": verb,
        "name": name,
    }
    body: Json = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {key: value for key, value in asked.items() if value}},
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    try:
        answer = await cluster.call("POST", path, body=body)
    except ClusterRefusal as refusal:
        raise BadConfiguration(
            f"REELMILL_EXECUTOR: the cluster at {cluster.host} does not know us: {refusal}"
        ) from refusal
    return bool((answer.get("status") or {}).get("allowed"))
