"""Routes that misbehave, for tests of what stands in front of every route."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from api.errors import Conflict
from api.http.web import WebApp


async def _boom(_request: Request) -> Response:
    raise RuntimeError("password=hunter2")


async def _refuse(_request: Request) -> Response:
    raise Conflict("not now")


async def _echo(request: Request) -> Response:
    return Response(str(len(await request.body())))


async def _stubborn(request: Request) -> Response:
    """As frameworks do: whatever goes wrong with the body becomes an answer of its own."""
    try:
        await request.body()
    except Exception:  # noqa: BLE001
        return Response("made of it", 400)
    return Response("read")


async def _talk(websocket: WebSocket) -> None:
    """Fails before or after the handshake, or does not."""
    how = websocket.path_params["how"]
    if how == "refuse":
        raise Conflict("not now")
    await websocket.accept()
    await websocket.send_text("hällo")
    if how == "fail":
        raise RuntimeError("password=hunter2")
    await websocket.receive_text()


def routes(web_app: WebApp) -> list[BaseRoute]:
    """Below /test/, and the page at /graphql."""
    return [
        Route("/graphql", web_app.graphiql, methods=["GET"]),
        WebSocketRoute("/test/talk/{how}", _talk),
        Route("/test/boom", _boom),
        Route("/test/refuse", _refuse),
        Route("/test/echo", _echo, methods=["POST"]),
        Route("/test/stubborn", _stubborn, methods=["POST"]),
    ]
