"""The store's settings, by the names that the API reads them by."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reelmill.errors import ConfigurationError
from reelmill.sigv4 import StoreKeys

_LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")


@dataclass(frozen=True, slots=True)
class Setup:
    """Where the store is, and what is in it. No endpoint means AWS."""

    endpoint: str | None
    public_endpoint: str | None
    sts_endpoint: str | None
    region: str
    bucket_in: str
    bucket_out: str
    keys: StoreKeys | None
    role_arn: str | None
    virtual: bool

    def url(self, bucket: str, *, public: bool = False) -> str:
        """The address of a bucket, without a slash at its end."""
        endpoint = (self.public_endpoint if public else None) or self.endpoint
        endpoint = endpoint or f"https://s3.{self.region}.amazonaws.com"
        scheme, _, host = endpoint.rstrip("/").partition("://")
        return f"{scheme}://{bucket}.{host}" if self.virtual else f"{scheme}://{host}/{bucket}"

    @property
    def sts(self) -> str:
        """Where roles are taken."""
        found = self.sts_endpoint or self.endpoint or f"https://sts.{self.region}.amazonaws.com"
        return f"{found.rstrip('/')}/"


def read(path: Path | None, environ: Mapping[str, str]) -> Setup:
    """From a file of `NAME=value` lines as a shell reads them, or the environment. Raises
    ConfigurationError."""
    found = _file(path) if path else environ

    def first(*names: str) -> str | None:
        return next((found[name] for name in names if found.get(name)), None)

    access, secret = first("AWS_ACCESS_KEY_ID"), first("AWS_SECRET_ACCESS_KEY")
    keys = StoreKeys(access, secret, first("AWS_SESSION_TOKEN")) if access and secret else None
    endpoint = first("REELMILL_S3_ENDPOINT", "S3_ENDPOINT_URL", "AWS_ENDPOINT_URL")
    style = first("REELMILL_S3_ADDRESSING_STYLE") or "path"
    return Setup(
        endpoint=endpoint,
        public_endpoint=first("REELMILL_S3_PUBLIC_ENDPOINT"),
        sts_endpoint=first("REELMILL_STS_ENDPOINT"),
        region=first("AWS_REGION") or "us-east-1",
        bucket_in=first("REELMILL_BUCKET_IN", "S3_BUCKET_IN") or "media-in",
        bucket_out=first("REELMILL_BUCKET_OUT", "S3_BUCKET_OUT") or "media-out",
        keys=keys,
        role_arn=first("REELMILL_STS_ROLE_ARN"),
        virtual=style == "virtual" or (style == "auto" and endpoint is None),
    )


def _file(path: Path) -> dict[str, str]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is no text") from error
    found = {}
    for line in map(str.strip, text.splitlines()):
        match = _LINE.fullmatch(line)
        if match is None:
            continue  # comments, and whatever else a shell may do
        try:
            words = shlex.split(match[2], comments=True)
        except ValueError as error:
            raise ConfigurationError(f"{path}: {match[1]}: {error}") from error
        found[match[1]] = words[0] if words else ""
    return found
