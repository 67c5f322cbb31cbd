"""Checksums as clients write them, and as S3 wants them in a header: base64."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from api.errors import InvalidInput

_SHA256_BYTES = 32
_MD5_BYTES = 16


@dataclass(frozen=True, slots=True)
class Checksums:
    """What a body must have. Raw bytes; None where nothing is asked."""

    sha256: bytes | None = None
    md5: bytes | None = None

    @property
    def sha256_base64(self) -> str | None:
        """For `x-amz-checksum-sha256`."""
        return None if self.sha256 is None else base64.b64encode(self.sha256).decode()

    @property
    def md5_base64(self) -> str | None:
        """For `Content-MD5`."""
        return None if self.md5 is None else base64.b64encode(self.md5).decode()


NO_CHECKSUMS = Checksums()


def sha256(text: str, *, field: str) -> bytes:
    """From hex or base64. Raises InvalidInput."""
    return _decoded(text, _SHA256_BYTES, "SHA-256", field)


def md5(text: str, *, field: str) -> bytes:
    """From hex or base64. Raises InvalidInput."""
    return _decoded(text, _MD5_BYTES, "MD5", field)


def _decoded(text: str, length: int, name: str, field: str) -> bytes:
    try:
        raw = (
            bytes.fromhex(text)
            if len(text) == 2 * length
            else base64.b64decode(text, validate=True)
        )
    except (ValueError, binascii.Error):
        raw = b""
    # fromhex skips blanks, so the length is looked at again.
    if len(raw) != length:
        raise InvalidInput(
            f"{name} has {2 * length} hexadecimal digits, or {length} bytes in base64", field=field
        )
    return raw
