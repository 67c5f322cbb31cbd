"""The libraries' errors of S3, translated once to those that somebody handles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import structlog
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from api import metrics
from api.errors import (
    NotFound,
    Refusal,
    StorageDenied,
    StorageMisconfigured,
    StorageRefused,
    StorageUnavailable,
)

_MISSING = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
_WRONG_REGION = frozenset(
    {
        "301",
        "PermanentRedirect",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
    }
)
_DENIED = {
    "InvalidAccessKeyId": "it does not know the access key; set AWS_ACCESS_KEY_ID anew",
    "SignatureDoesNotMatch": "the secret does not fit the key; set AWS_SECRET_ACCESS_KEY anew",
    "ExpiredToken": "the session token has expired; give the service new keys",
    "InvalidToken": "the session token is not valid; give the service new keys",
}
_BUSY = frozenset({"SlowDown", "RequestTimeout", "RequestTimeTooLarge", "OperationAborted"})

log = structlog.get_logger(__name__)


class S3Error(StorageRefused):
    """A refusal that a caller may know how to handle; `reason` is S3's own code."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the store refuses the request ({reason})")
        self.reason = reason


class ActionDenied(StorageDenied):
    """The store knows the credentials, and they may not do this."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise NotFound, one of the Storage refusals, or S3Error instead."""
    try:
        yield
    except ClientError as error:
        meaning = _meaning(error)
        if not isinstance(meaning, NotFound):
            metrics.storage_errors.labels(meaning.code).inc()
        raise meaning from error
    except ParamValidationError:
        raise  # a mistake of ours, and not the store's
    except (BotoCoreError, ResponseParserError, aiohttp.ClientError, OSError) as error:
        # The cause may name inner addresses: it goes to the log and not to the client.
        log.warning("the store does not answer", reason=repr(error))
        metrics.storage_errors.labels(StorageUnavailable.code).inc()
        raise StorageUnavailable("the store does not answer; try again shortly") from error


def _meaning(error: ClientError) -> Refusal:
    response: dict[str, Any] = {**error.response}
    code = str(response.get("Error", {}).get("Code", ""))
    meta = response.get("ResponseMetadata", {})
    status = int(meta.get("HTTPStatusCode", 0))
    wrong = _misconfigured(response, code, status)
    if wrong is not None:
        return wrong
    if code in _MISSING or status == 404:
        return NotFound("the store has no such object or upload")
    if code in _BUSY or status >= 500 or status == 429:
        return StorageUnavailable(f"the store answers {status} {code}; try again")
    if code in _DENIED:
        return StorageDenied(
            f"the store refuses this service's credentials ({code}): {_DENIED[code]}"
        )
    if status == 403:
        return ActionDenied(
            f"the store does not let this service call {error.operation_name} ({code}); allow it"
            " in the policy of its key"
        )
    return S3Error(code)


def _misconfigured(response: dict[str, Any], code: str, status: int) -> Refusal | None:
    if code == "NoSuchBucket":
        return StorageMisconfigured("the bucket does not exist; create it, or correct its name")
    if code == "RequestTimeTooSkewed":
        return StorageMisconfigured(
            "the clocks of this service and of the store are over 15 minutes apart; set this"
            " machine's clock, for instance by NTP"
        )
    if code in _WRONG_REGION or status == 301:
        return StorageMisconfigured(_where(response))
    return None


def _where(response: dict[str, Any]) -> str:
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = response.get("Error", {}).get("Region") or headers.get("x-amz-bucket-region")
    if region:
        return f"the bucket is in the region {region}; set AWS_REGION={region}"
    return "the bucket is in another region, or at another endpoint; correct AWS_REGION"
