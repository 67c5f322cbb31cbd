"""Everything that can go wrong, as one tree. Each error has a stable `code` to decide by.

ReelmillError
├── ConfigurationError        no or a wrong address, key or option; nothing was sent
├── ConnectionFailedError     the server does not answer, or the connection broke
├── ProtocolError             something answered that does not speak our protocol
├── FileError                 the local file cannot be uploaded
├── TransferError             the store refused a part
└── RefusedError              the server said no
    ├── UnauthenticatedError    the key is missing, wrong or revoked
    ├── ForbiddenError          the key is valid and may not do this
    ├── NotFoundError           no such thing in this project
    ├── InvalidInputError       a value outside what is documented
    ├── ConflictError           the thing is in a state that does not allow this
    └── UnavailableError        a part of the server is away; trying again helps
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final


class ReelmillError(Exception):
    """The base. `message` says what happened, `hint` what to do, `field` which input is meant."""

    default_code: ClassVar[str] = "REELMILL_ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.field = field


class ConfigurationError(ReelmillError):
    """The address, the key or an option is missing or malformed."""

    default_code = "BAD_CONFIGURATION"


class ConnectionFailedError(ReelmillError):
    """Nobody answered: UNREACHABLE, TIMEOUT or TLS_FAILED."""

    default_code = "UNREACHABLE"


class ProtocolError(ReelmillError):
    """The answer is none of a Reelmill API, or of one that is too new or too old."""

    default_code = "UNEXPECTED_ANSWER"


class FileError(ReelmillError):
    """The local file cannot be uploaded, or changed while it was."""

    default_code = "FILE_NOT_READABLE"


class TransferError(ReelmillError):
    """The store refused a part, or did not take it however often it was sent."""

    default_code = "PART_REFUSED"


class RefusedError(ReelmillError):
    """The server said no. Codes that this version does not know are raised as this class."""

    default_code = "REFUSED"


class UnauthenticatedError(RefusedError):
    """The key is missing, wrong or revoked."""

    default_code = "UNAUTHENTICATED"


class ForbiddenError(RefusedError):
    """The key is valid and lacks the scope."""

    default_code = "FORBIDDEN"


class NotFoundError(RefusedError):
    """No such thing in this project."""

    default_code = "NOT_FOUND"


class InvalidInputError(RefusedError):
    """A value is outside what the API's documentation allows."""

    default_code = "INVALID_INPUT"


class ConflictError(RefusedError):
    """The thing is in a state that does not allow this."""

    default_code = "CONFLICT"


class UnavailableError(RefusedError):
    """A part of the server is away for a moment."""

    default_code = "UNAVAILABLE"


_CLASSES: Final[Mapping[str, type[RefusedError]]] = {
    "UNAUTHENTICATED": UnauthenticatedError,
    "FORBIDDEN": ForbiddenError,
    "NOT_FOUND": NotFoundError,
    "SOURCE_NOT_FOUND": NotFoundError,
    "INVALID_INPUT": InvalidInputError,
    "INVALID_ID": InvalidInputError,
    "INVALID_CURSOR": InvalidInputError,
    "INVALID_KEY": InvalidInputError,
    "INVALID_RECIPE": InvalidInputError,
    "UNKNOWN_PRESET": InvalidInputError,
    "SOURCE_EMPTY": InvalidInputError,
    "INVALID_PART_SIZE": InvalidInputError,
    "FILE_TOO_LARGE": InvalidInputError,
    "INVALID_PART": InvalidInputError,
    "PARTS_MISSING": InvalidInputError,
    "SIZE_MISMATCH": InvalidInputError,
    "CHECKSUM_MISMATCH": InvalidInputError,
    "CONFLICT": ConflictError,
    "ASSET_BUSY": ConflictError,
    "LAST_ADMIN_KEY": ConflictError,
    "PRESET_BUILTIN": ConflictError,
    "EVENTS_EXPIRED": ConflictError,
    "UPLOAD_CLOSED": ConflictError,
    "IDEMPOTENCY_MISMATCH": ConflictError,
    "UNAVAILABLE": UnavailableError,
    "STORAGE_UNAVAILABLE": UnavailableError,
    "DATABASE_UNAVAILABLE": UnavailableError,
}
_HINTS: Final[Mapping[str, str]] = {
    "UNAUTHENTICATED": "Check the API key: REELMILL_API_KEY, connection.json or --key.",
    "INTERNAL": "This is the server's mistake; its log has more.",
}


def refused(
    code: str | None, message: str, *, field: str | None = None, request_id: str | None = None
) -> RefusedError:
    """The error of a code that the server gave."""
    code = code or RefusedError.default_code
    hint = _HINTS.get(code)
    if request_id:
        hint = f"{hint or 'The server logged it.'} Request id: {request_id}"
    return _CLASSES.get(code, RefusedError)(message, code=code, hint=hint, field=field)


def codes_of(kind: type[ReelmillError]) -> tuple[str, ...]:
    """The server's codes that become errors of this class."""
    return tuple(code for code, each in _CLASSES.items() if each is kind)


def from_user_errors(found: Sequence[Mapping[str, Any]]) -> RefusedError:
    """One error for a payload's `userErrors`: the code of the first, the words of all."""
    first = found[0]
    message = _words(found)
    path = first.get("field")
    return refused(first.get("code"), message, field=".".join(map(str, path)) if path else None)


def from_graphql_errors(found: Sequence[Mapping[str, Any]]) -> RefusedError:
    """One error for the `errors` of a GraphQL answer."""
    extensions = found[0].get("extensions") or {}
    message = _words(found)
    return refused(
        extensions.get("code", "GRAPHQL_ERROR"), message, request_id=extensions.get("requestId")
    )


def _words(found: Sequence[Mapping[str, Any]]) -> str:
    """The messages of all; what several fields say alike is said once."""
    return "; ".join(dict.fromkeys(str(each.get("message", "")) for each in found))
