"""Who claims: a pod's own token, reviewed by the cluster, against the pod and its Job."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import structlog

from api.adapters.kubernetes import names, seen
from api.adapters.kubernetes.cluster import ClusterRefusal
from api.errors import ClusterUnavailable

if TYPE_CHECKING:
    from api.adapters.kubernetes.cluster import Cluster
    from api.config import Settings
    from api.domain.execution import Claimant

Json = dict[str, Any]

_POD_NAME: Final = "authentication.kubernetes.io/pod-name"
_POD_UID: Final = "authentication.kubernetes.io/pod-uid"
# A longer one is none of a service account, and the cluster need not read it.
_LONGEST: Final = 16_384

log = structlog.get_logger(__name__)


class Reviewer:
    """Asked by any replica. Raises ClusterUnavailable; the runner then asks again."""

    def __init__(self, cluster: Cluster, settings: Settings) -> None:
        self._cluster = cluster
        self._audience = settings.kubernetes_audience
        self._user = (
            f"system:serviceaccount:{cluster.namespace}:{settings.kubernetes_service_account}"
        )

    async def vouches(self, proof: str, claimant: Claimant) -> bool:
        """Whether this token is that of the pod of this task's Job, and of no other."""
        if claimant.run_uid is None:
            # Its Job was made a moment ago and is not written down yet.
            raise ClusterUnavailable("the Job of this task is not recorded yet")
        bound = await self._review(proof)
        if bound is None:
            return False
        name, uid = bound
        pod = await self._pod(name)
        if pod is None:
            return False
        meta = pod["metadata"]
        fits = (
            meta["uid"] == uid
            and seen.owner(meta) == claimant.run_uid
            and names.task_of(meta.get("labels") or {}) == claimant.id
        )
        if not fits:
            log.warning("a pod has claimed another's task", pod=name, task_id=str(claimant.id))
        return fits

    async def _review(self, proof: str) -> tuple[str, str] | None:
        """The pod that a token is bound to; None for any other token."""
        if len(proof) > _LONGEST:
            return None
        body: Json = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenReview",
            "spec": {"token": proof, "audiences": [self._audience]},
        }
        path = "/apis/authentication.k8s.io/v1/tokenreviews"
        try:
            answer = await self._cluster.call("POST", path, body=body)
        except ClusterRefusal as refusal:
            raise ClusterUnavailable(f"no token can be reviewed: {refusal}") from refusal
        status = answer.get("status") or {}
        user = status.get("user") or {}
        extra = user.get("extra") or {}
        known = (
            status.get("authenticated") is True
            and self._audience in (status.get("audiences") or ())
            and user.get("username") == self._user
        )
        pods: list[str] = extra.get(_POD_NAME) or []
        uids: list[str] = extra.get(_POD_UID) or []
        if not known or len(pods) != 1 or len(uids) != 1:
            log.warning("a token is not that of a runner", error=status.get("error"))
            return None
        return pods[0], uids[0]

    async def _pod(self, name: str) -> Json | None:
        try:
            return await self._cluster.call("GET", self._cluster.path("v1", "pods", name))
        except ClusterRefusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise ClusterUnavailable(f"no pod can be read: {refusal}") from refusal
