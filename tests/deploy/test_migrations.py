"""The order of schema and code, and the parts of a trial."""

from __future__ import annotations

import base64
import re
from urllib.parse import urlsplit

from local import trial
from tests.deploy.charts import (
    PRODUCTION,
    TRIAL,
    Helm,
    Object,
    containers,
    environment,
    kinds,
    merged,
    one,
)


def jobs(objects: list[Object]) -> dict[str, Object]:
    return {o["metadata"]["name"]: o for o in objects if o["kind"] == "Job"}


def words(job: Object) -> list[str]:
    found: list[str] = job["spec"]["template"]["spec"]["containers"][0]["args"]
    return found


def test_an_install_migrates_beside_the_api_which_waits(helm: Helm) -> None:
    objects = helm.objects(PRODUCTION)
    assert set(jobs(objects)) == {"demo-migrate-install"}
    job = jobs(objects)["demo-migrate-install"]
    # A hook would come before Secrets and database, or after an API that waits for it.
    assert "annotations" not in job["metadata"]
    assert words(job) == ["api.migrate", "--wait", "180"]
    pod = one(objects, "Deployment", "demo-api")["spec"]["template"]["spec"]
    (schema,) = pod["initContainers"]
    assert schema["args"] == ["api.migrate", "--check", "--wait", "180"]


def test_an_upgrade_migrates_before_and_after(helm: Helm) -> None:
    found = jobs(helm.objects(PRODUCTION, upgrade=True))
    assert set(found) == {"demo-migrate-pre", "demo-migrate-post"}
    for phase, hook in (("pre", "pre-upgrade"), ("post", "post-upgrade")):
        job = found[f"demo-migrate-{phase}"]
        assert job["metadata"]["annotations"]["helm.sh/hook"] == hook
        assert words(job)[-1] == phase


def test_a_migration_is_never_started_again_by_a_policy(helm: Helm) -> None:
    for job in jobs(helm.objects(PRODUCTION, upgrade=True)).values():
        assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
        assert job["spec"]["activeDeadlineSeconds"] == 1800


def test_the_migration_knows_the_owner_and_the_api_does_not(helm: Helm) -> None:
    objects = helm.objects(TRIAL)
    (migrate,) = containers(jobs(objects)["demo-migrate-install"]["spec"]["template"]["spec"])
    assert "REELMILL_OWNER_DATABASE_URL" in environment(migrate)
    for container in containers(one(objects, "Deployment", "demo-api")["spec"]["template"]["spec"]):
        assert "REELMILL_OWNER_DATABASE_URL" not in environment(container)


def test_a_key_of_yours_goes_to_the_migration(helm: Helm) -> None:
    objects = helm.objects(merged(PRODUCTION, {"firstKey": {"existingSecret": "mine"}}))
    (migrate,) = containers(jobs(objects)["demo-migrate-install"]["spec"]["template"]["spec"])
    reference = environment(migrate)["REELMILL_FIRST_KEY"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "mine", "key": "key"}
    (test,) = one(objects, "Pod", "demo-test")["spec"]["containers"]
    reference = environment(test)["REELMILL_API_KEY"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "mine", "key": "key"}


def test_secrets_of_a_trial_fit_together(helm: Helm) -> None:
    secret = one(helm.objects(TRIAL), "Secret", "demo-trial")["data"]
    plain = {name: base64.b64decode(value).decode() for name, value in secret.items()}
    for who, role in (("api", "rm_api"), ("system", "rm_system"), ("owner", "rm_owner")):
        url = urlsplit(plain[f"{who}-url"])
        assert (url.username, url.password) == (role, plain[f"postgres-{who}"])
        assert url.netloc.endswith("@demo-postgres.media.svc:5432")
    assert len(set(plain.values())) == len(plain)
    assert len(base64.b64decode(plain["sts-signing-key"])) == 32


def test_every_installation_has_other_secrets(helm: Helm) -> None:
    first, second = (
        one(helm.objects(TRIAL), "Secret", name)["data"] for name in ("demo-trial", "demo-trial")
    )
    assert not set(first.values()) & set(second.values())
    made = one(helm.objects(PRODUCTION), "Secret", "demo-secrets")["data"]
    key = base64.b64decode(base64.b64decode(made["secret-key"]))
    assert len(key) == 32


def test_the_parts_of_a_trial_get_what_they_read(helm: Helm) -> None:
    objects = helm.objects(TRIAL)
    for part, fields, port in (
        ("postgres", trial._POSTGRES, trial.PORTS.postgres),
        ("s3", trial._S3, trial.PORTS.s3),
    ):
        spec = one(objects, "StatefulSet", f"demo-{part}")["spec"]
        (container,) = spec["template"]["spec"]["containers"]
        assert container["args"] == ["local.trial", part]
        assert part in trial.PARTS
        assert {trial.variable(field) for field in fields} <= set(environment(container))
        assert container["ports"][0]["containerPort"] == port
        assert one(objects, "Service", f"demo-{part}")["spec"]["ports"][0]["port"] == port
        assert "/data" in {mount["mountPath"] for mount in container["volumeMounts"]}


def test_uninstalling_a_trial_leaves_no_volume_unless_told(helm: Helm) -> None:
    keep = merged(TRIAL, {"trial": {"persistence": {"keep": True}}})
    for values, policy in ((TRIAL, "Delete"), (keep, "Retain")):
        spec = one(helm.objects(values), "StatefulSet", "demo-postgres")["spec"]
        assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == policy
    notes = one(helm.objects(keep), "Secret", "demo-trial")["metadata"]["annotations"]
    assert notes == {"helm.sh/resource-policy": "keep"}


def test_production_has_neither_database_nor_store(helm: Helm) -> None:
    made = helm.objects(PRODUCTION)
    assert "StatefulSet" not in kinds(made)
    assert not [o for o in made if re.search("postgres|s3", o["metadata"]["name"])]
