"""The few GraphQL calls that demo and run make, over plain HTTP like any script would."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from local.errors import LocalError

JOB = """
query Job($id: ID!) {
  job(id: $id) {
    status phase progress etaSeconds speed waitingReason title
    error { code message hint }
    outputs {
      kind key bucket size files duration width height videoCodec audioCodec renditions
    }
  }
}
"""

START_UPLOAD = """
mutation StartUpload($input: StartMultipartUploadInput!) {
  startMultipartUpload(input: $input) {
    upload { id key partSize partCount }
    userErrors { code message }
  }
}
"""

SIGN_PARTS = """
mutation SignParts($input: SignUploadPartsInput!) {
  signUploadParts(input: $input) {
    parts { number url headers { name value } }
    userErrors { code message }
  }
}
"""

COMPLETE_UPLOAD = """
mutation CompleteUpload($input: CompleteMultipartUploadInput!) {
  completeMultipartUpload(input: $input) {
    asset { id key }
    job { id }
    userErrors { code message }
  }
}
"""

ASSET = """
query Asset($key: String!) {
  asset(key: $key) { id jobs(first: 20) { nodes { id status } } }
}
"""

START_TRANSCODE = """
mutation Start($input: StartTranscodeInput!) {
  startTranscode(input: $input) {
    job { id }
    userErrors { code message }
  }
}
"""


class GraphQL:
    """One connection to an API. Every refusal becomes a LocalError with the API's own words."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        # A proxy of the machine knows nothing of this loopback.
        self._http = httpx.Client(
            trust_env=False,
            timeout=httpx.Timeout(30, connect=5),
            headers={"authorization": f"Bearer {key}"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def ask(self, document: str, variables: Mapping[str, Any]) -> Any:
        """The one field of a document. Raises on `errors` and on `userErrors`."""
        try:
            answer = self._http.post(
                self._url, json={"query": document, "variables": dict(variables)}
            )
            body = answer.json()
        except httpx.TransportError as error:
            raise LocalError(f"The API at {self._url} does not answer: {error}") from error
        except ValueError as error:
            raise LocalError(f"The API answered {answer.status_code} without JSON.") from error
        if body.get("errors"):
            raise LocalError(_words(body["errors"][0]))
        (field,) = body["data"].values()
        if isinstance(field, dict) and field.get("userErrors"):
            raise LocalError(_words(field["userErrors"][0]))
        return field


def _words(error: Mapping[str, Any]) -> str:
    code = error.get("code") or error.get("extensions", {}).get("code") or "error"
    return f"{code}: {error.get('message', '')}"
