"""The runner protocol over HTTP; `schema/job.py` says what is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.errors import InvalidReport, Unauthenticated
from schema.base import Message
from schema.job import (
    ChunkReport,
    ClaimRequest,
    CompletionReport,
    FailureReport,
    PlanReport,
    ProgressReport,
    SourcedReport,
    TaskKind,
)
from schema.probing import ProbeReport

if TYPE_CHECKING:
    from api.services.probes import Probes
    from api.services.runs import Runs
    from schema.base import Tolerant

M = TypeVar("M", bound=Message)


_BASE = "/runner/v1"


def routes(*, runs: Runs, probes: Probes) -> list[Route]:
    """The calls of runners of either kind; both claim at one place."""

    async def claim(request: Request) -> Response:
        proof, wanted = _bearer(request), await _body(request, ClaimRequest)
        if wanted.task is TaskKind.PROBE:
            return _json(await probes.claim(proof, wanted))
        return _json(await runs.claim(proof, wanted))

    return [
        Route(f"{_BASE}/claim", claim, methods=["POST"]),
        *_task_routes(runs),
        *_batch_routes(probes),
    ]


def _task_routes(runs: Runs) -> list[Route]:
    """A runner with a piece of a job."""

    async def progress(request: Request) -> Response:
        report = await _body(request, ProgressReport)
        return _json(await runs.progress(_bearer(request), request.path_params["task"], report))

    async def sourced(request: Request) -> Response:
        report = await _body(request, SourcedReport)
        answer = await runs.reuse.sourced(_bearer(request), request.path_params["task"], report)
        return _json(answer)

    async def complete(request: Request) -> Response:
        report = await _body(request, CompletionReport)
        await runs.complete(_bearer(request), request.path_params["task"], report)
        return Response(status_code=204)

    async def fail(request: Request) -> Response:
        report = await _body(request, FailureReport)
        await runs.fail(_bearer(request), request.path_params["task"], report)
        return Response(status_code=204)

    return [
        Route(f"{_BASE}/tasks/{{task}}/progress", progress, methods=["POST"]),
        Route(f"{_BASE}/tasks/{{task}}/sourced", sourced, methods=["POST"]),
        Route(f"{_BASE}/tasks/{{task}}/complete", complete, methods=["POST"]),
        Route(f"{_BASE}/tasks/{{task}}/fail", fail, methods=["POST"]),
        *_piece_routes(runs),
    ]


def _piece_routes(runs: Runs) -> list[Route]:
    """A runner with a piece of a film that is split."""

    async def planned(request: Request) -> Response:
        report = await _body(request, PlanReport)
        await runs.pieces.planned(_bearer(request), request.path_params["task"], report)
        return Response(status_code=204)

    async def stored(request: Request) -> Response:
        report = await _body(request, ChunkReport)
        await runs.pieces.stored(_bearer(request), request.path_params["task"], report)
        return Response(status_code=204)

    return [
        Route(f"{_BASE}/tasks/{{task}}/planned", planned, methods=["POST"]),
        Route(f"{_BASE}/tasks/{{task}}/stored", stored, methods=["POST"]),
    ]


def _batch_routes(probes: Probes) -> list[Route]:
    """A runner that reads the headers of many assets."""

    async def probed(request: Request) -> Response:
        report = await _body(request, ProbeReport)
        return _json(await probes.probed(_bearer(request), request.path_params["batch"], report))

    async def fail(request: Request) -> Response:
        report = await _body(request, FailureReport)
        await probes.fail(_bearer(request), request.path_params["batch"], report)
        return Response(status_code=204)

    return [
        Route(f"{_BASE}/batches/{{batch}}/probed", probed, methods=["POST"]),
        Route(f"{_BASE}/batches/{{batch}}/fail", fail, methods=["POST"]),
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
