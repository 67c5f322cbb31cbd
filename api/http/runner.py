"""The runner protocol over HTTP; `schema/job.py` says what is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.errors import InvalidReport, Unauthenticated
from schema.base import Message
from schema.job import ClaimRequest, CompletionReport, FailureReport, ProgressReport

if TYPE_CHECKING:
    from api.services.runs import Runs
    from schema.base import Tolerant

M = TypeVar("M", bound=Message)


def routes(*, runs: Runs) -> list[Route]:
    """The four calls of a runner."""

    async def claim(request: Request) -> Response:
        return _json(await runs.claim(_bearer(request), await _body(request, ClaimRequest)))

    async def progress(request: Request) -> Response:
        report = await _body(request, ProgressReport)
        return _json(await runs.progress(_bearer(request), request.path_params["task"], report))

    async def complete(request: Request) -> Response:
        report = await _body(request, CompletionReport)
        await runs.complete(_bearer(request), request.path_params["task"], report)
        return Response(status_code=204)

    async def fail(request: Request) -> Response:
        report = await _body(request, FailureReport)
        await runs.fail(_bearer(request), request.path_params["task"], report)
        return Response(status_code=204)

    base = "/runner/v1"
    return [
        Route(f"{base}/claim", claim, methods=["POST"]),
        Route(f"{base}/tasks/{{task}}/progress", progress, methods=["POST"]),
        Route(f"{base}/tasks/{{task}}/complete", complete, methods=["POST"]),
        Route(f"{base}/tasks/{{task}}/fail", fail, methods=["POST"]),
    ]


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("a runner sends its proof or token as a Bearer token")
    return token.strip()


async def _body(request: Request, kind: type[M]) -> M:
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidReport(f"{place or 'body'}: {first['msg']}") from None


def _json(answer: Tolerant) -> Response:
    # The answer holds credentials: no cache may keep it.
    return Response(
        answer.model_dump_json(),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
