"""The configuration of SeaweedFS as plain data: identities, roles, keys, command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.credentials import Credentials
from local.ports import LOOPBACK, Ports

ROLE = "reelmill"
ROLE_ARN = f"arn:aws:iam::role/{ROLE}"
# What the store calls the permanent identity. Any other principal, such as a session that was made
# with a narrowing policy, could assume the role anew without that policy.
_OWNER_ARN = f"arn:aws:iam::000000000000:user/{ROLE}"
_COMPONENTS = ("master", "volume", "filer", "s3", "client")
_VERSION = "2012-10-17"


def identities(credentials: Credentials) -> dict[str, Any]:
    """The one permanent identity. Everybody else gets minutes of it through AssumeRole."""
    keys = {"accessKey": credentials.s3_access_key, "secretKey": credentials.s3_secret_key}
    actions = ["Admin", "Read", "List", "Tagging", "Write"]
    return {"identities": [{"name": ROLE, "credentials": [keys], "actions": actions}]}


def iam(credentials: Credentials) -> dict[str, Any]:
    """AssumeRole: the role may do all, an inline session policy narrows it."""
    allow_all = {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}
    owner = {"AWS": _OWNER_ARN}
    assume = {"Effect": "Allow", "Principal": owner, "Action": ["sts:AssumeRole"]}
    policy = f"{ROLE}-all"
    return {
        "sts": {
            "tokenDuration": "1h",
            "maxSessionLength": "12h",
            "issuer": ROLE,
            "signingKey": credentials.sts_signing_key,
        },
        "policy": {"defaultEffect": "Deny", "storeType": "memory"},
        "policies": [{"name": policy, "document": {"Version": _VERSION, "Statement": [allow_all]}}],
        "roles": [
            {
                "roleName": ROLE,
                "roleArn": ROLE_ARN,
                "trustPolicy": {"Version": _VERSION, "Statement": [assume]},
                "attachedPolicies": [policy],
            }
        ],
    }


def security(folder: Path, keys: Mapping[str, str]) -> str:
    """security.toml: a token for every read and write of a volume or the filer, mutual TLS for
    gRPC, no pages with directory listings.

    `keys`: jwt section -> random key.
    """
    lines = []
    for section, key in keys.items():
        # Ten seconds, the default, are short for a machine whose cores are all encoding.
        lines += [f"[{section}]", f'key = "{key}"', "expires_after_seconds = 60"]
    lines += ["[access]", "ui = false"]
    lines += ["[filer.expose_directory_metadata]", "enabled = false"]
    lines += ["[grpc]", f"ca = {_quoted(folder / 'ca.pem')}"]
    for component in _COMPONENTS:
        lines += [f"[grpc.{component}]", f"cert = {_quoted(folder / 'node.pem')}"]
        lines += [f"key = {_quoted(folder / 'node.key')}"]
    return "\n".join(lines) + "\n"


def _quoted(path: Path) -> str:
    """A TOML basic string; JSON escapes the same characters."""
    return json.dumps(str(path), ensure_ascii=False)


JWT_SECTIONS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")


def arguments(ports: Ports, config: Path, data: Path, sockets: Path) -> list[str]:
    """`weed` arguments. No secret stands here: a command line is open to every user."""
    options: dict[str, object] = {
        "dir": data,
        "ip": LOOPBACK,
        "ip.bind": LOOPBACK,
        "master.port": ports.master,
        "master.port.grpc": ports.master_grpc,
        "volume.port": ports.volume,
        "volume.port.grpc": ports.volume_grpc,
        "filer.port": ports.filer,
        "filer.port.grpc": ports.filer_grpc,
        "filer.localSocket": sockets / "filer.sock",
        "s3.port": ports.s3,
        "s3.port.grpc": ports.s3_grpc,
        "s3.localSocket": sockets / "s3.sock",
        "s3.config": config / "s3.json",
        "s3.iam.config": config / "iam.json",
        # The Iceberg and Lance catalogues would listen on 8181 and 9101.
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        # As on AWS: a misspelt bucket is an error, a full one is not deleted.
        "s3.autoCreateBucket": "false",
        "s3.allowDeleteBucketNotEmpty": "false",
        # Volumes are made as they are needed. With 0 their number is counted from the free disk
        # at the start, and on a full disk the second bucket finds none.
        "volume.max": 10000,
        "volume.minFreeSpace": "200MiB",
        "volume.preStopSeconds": 0,
        "master.volumeSizeLimitMB": 1024,
        # From the second start on, the only master waits this long for others before it leads.
        "master.electionTimeout": "500ms",
        "master.telemetry": "false",
        # Closes the HTTP of filer and master, which would sign writes for anybody.
        "disableHttp": "true",
    }
    switches = ["-filer", "-s3"]
    return [
        "-logtostderr",
        "server",
        *switches,
        *(f"-{name}={value}" for name, value in options.items()),
    ]
