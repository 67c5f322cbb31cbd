"""Secrets that this service hands out, and their hashes. Only hashes are stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import zlib
from dataclasses import dataclass

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def digest(secret: str) -> bytes:
    """SHA-256. Enough for secrets of 128 random bits and more; they need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def matches(secret: str, stored: bytes | None) -> bool:
    """Compare in constant time."""
    return stored is not None and hmac.compare_digest(digest(secret), stored)


def random_secret() -> str:
    """192 random bits, URL-safe."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`rm_<id>_<secret>`. The secret ends with a checksum: a typing error is seen offline."""

    id: str
    secret: str

    @property
    def text(self) -> str:
        """The key as a user keeps it."""
        return f"rm_{self.id}_{self.secret}"


def new_api_key() -> ApiKey:
    """A fresh key: 60 random bits of id, 165 of secret."""
    key_id = _random_word(12)
    body = _random_word(32)
    return ApiKey(key_id, body + _checksum(key_id + body))


def parse_api_key(text: str) -> ApiKey | None:
    """Take a key apart; None when it cannot be one of ours."""
    parts = text.split("_")
    if len(parts) != 3 or parts[0] != "rm" or len(parts[1]) != 12 or len(parts[2]) != 38:
        return None
    key_id, body, check = parts[1], parts[2][:-6], parts[2][-6:]
    if not set(key_id + body) <= set(_ALPHABET) or check != _checksum(key_id + body):
        return None
    return ApiKey(key_id, parts[2])


def _random_word(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    value = zlib.crc32(text.encode())
    digits = []
    for _ in range(6):
        value, digit = divmod(value, 36)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def sign(key: bytes, purpose: str, payload: bytes) -> str:
    """A URL-safe token: the payload and 128 bits of an HMAC over purpose and payload."""
    return base64.urlsafe_b64encode(payload + mac(key, purpose, payload)).decode().rstrip("=")


def unsign(key: bytes, purpose: str, token: str) -> bytes | None:
    """The payload of a token that `sign` made for the same purpose, else None."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    payload, signature = raw[:-16], raw[-16:]
    return payload if hmac.compare_digest(signature, mac(key, purpose, payload)) else None


def mac(key: bytes, purpose: str, payload: bytes) -> bytes:
    """128 bits that nobody can tell without the key, another for each purpose and payload."""
    return hmac.digest(key, purpose.encode() + b"\0" + payload, "sha256")[:16]
