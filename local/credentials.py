"""The secrets of one installation: generated once, kept in `secrets.json` with mode 0600."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from local.errors import LocalError
from local.files import read_json, write_private_json


def _token() -> str:
    # Hexadecimal: it stands in URLs, in SQL and in JSON without any escape.
    return secrets.token_hex(24)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True, slots=True)
class Credentials:
    """`project` and `api_key` are empty until the first migration made them."""

    postgres_superuser: str
    postgres_owner: str
    postgres_api: str
    postgres_system: str
    s3_access_key: str
    s3_secret_key: str
    sts_signing_key: str
    secret_key: str
    project: str = ""
    api_key: str = ""

    @classmethod
    def generate(cls) -> Credentials:
        return cls(
            postgres_superuser=_token(),
            postgres_owner=_token(),
            postgres_api=_token(),
            postgres_system=_token(),
            s3_access_key="reelmill" + secrets.token_hex(6),
            s3_secret_key=_token(),
            sts_signing_key=_key(),
            secret_key=_key(),
        )

    def with_first_key(self, project: str, api_key: str) -> Credentials:
        return replace(self, project=project, api_key=api_key)


def load_or_create(path: Path) -> Credentials:
    """Reads the secrets; makes them on the first start only, for the database knows the old."""
    data = read_json(path)
    if data is None:
        made = Credentials.generate()
        save(path, made)
        return made
    known = {field.name for field in fields(Credentials)}
    try:
        return Credentials(**{name: str(data[name]) for name in known})
    except KeyError as error:
        raise LocalError(
            f"{path} lacks {error}. Restore the file, or remove its folder."
        ) from error


def save(path: Path, credentials: Credentials) -> None:
    write_private_json(path, asdict(credentials))
