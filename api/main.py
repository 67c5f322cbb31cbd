"""The composition root: config -> adapters -> services -> Starlette. The only file that wires."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute

from api import metrics
from api.adapters.postgres import migrate
from api.adapters.postgres.leader import Leadership
from api.adapters.postgres.pool import Database
from api.adapters.s3 import Storage
from api.config import ExecutorKind, Settings
from api.domain.execution import Executor, Listener, Vouching
from api.errors import BadConfiguration
from api.graphql.context import Services
from api.graphql.schema import build
from api.graphql.view import GraphQLApp
from api.http import front, health, responses, runner, sessions, shares, web
from api.http import metrics as metrics_page
from api.http import playback as play
from api.http.cors import Origins
from api.http.headers import store_origins
from api.services.assets import Assets
from api.services.auth import Auth
from api.services.captions import Captions
from api.services.checksums import Verifier
from api.services.connections import Connections
from api.services.deletion import Deletion
from api.services.doctor import Doctor
from api.services.endings import Endings
from api.services.feed import Feed
from api.services.gallery import Gallery
from api.services.gauges import Gauges
from api.services.hub import JOBS, SCANS, Hub
from api.services.janitor import Janitor
from api.services.keys import Keys
from api.services.launch import Launcher
from api.services.library import Library
from api.services.links import Links
from api.services.options import Options
from api.services.playback import Playback
from api.services.presets import Presets
from api.services.probes import Probes
from api.services.probing import Probing
from api.services.runs import Runs
from api.services.scan import Scans
from api.services.shares import Shares
from api.services.sharing import Sharing
from api.services.transcodes import Transcodes
from api.services.upload_completion import UploadCompletion
from api.services.upload_credentials import UploadCredentials
from api.services.upload_links import UploadLinks
from api.services.upload_sweep import UploadSweep
from api.services.uploads import Uploads
from api.services.wire import Wire

log = structlog.get_logger(__name__)


@asynccontextmanager
async def application(
    settings: Settings, *, give_up: Callable[[], None]
) -> AsyncIterator[Starlette]:
    """The running application: connections are open, background work goes on until the exit.

    `give_up` is called when a background loop ends by a mistake of ours: a process without its
    launcher would look alive and do nothing.
    """
    if not settings.sts_role_arn and not settings.allow_plain_keys:
        raise BadConfiguration(
            "REELMILL_STS_ROLE_ARN: is not set, so runners would get no credentials; name a role"
            " that may be assumed, or set REELMILL_ALLOW_PLAIN_KEYS=true for a store without STS"
        )
    async with AsyncExitStack() as stack:
        origins = Origins(settings.public_url, settings.allowed_origins)
        database = await Database.open(
            url=settings.database_url.get_secret_value(),
            system_url=settings.system_database_url.get_secret_value(),
            size=settings.database_pool_size,
        )
        stack.push_async_callback(database.close)
        async with database.system() as connection:
            await migrate.require_schema(connection)
        storage = await Storage.open(settings, stack)
        parts = _parts(settings, database, storage, await _cluster(settings, stack))
        stack.push_async_callback(parts.wire.close)
        await stack.enter_async_context(_running(parts, give_up))
        buckets = (settings.bucket_in, settings.bucket_out)
        app = Starlette(
            routes=_routes(settings, parts, database, storage, origins),
            middleware=front.middleware(
                origins=origins, store_origins=await store_origins(storage, buckets)
            ),
            exception_handlers=front.EXCEPTION_HANDLERS,
        )
        # A redirect to a path with a slash would follow the Host header.
        app.router.redirect_slashes = False
        # The server calls it when it stops: streams and sockets would else keep it waiting.
        app.state.end_connections = parts.services.connections.end_all
        yield app


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    wire: Wire
    services: Services
    runs: Runs
    probes: Probes
    launcher: Launcher
    janitor: Janitor
    gauges: Gauges


@dataclass(frozen=True, slots=True)
class _Cluster:
    """What takes the place of child processes and of the secrets in their pipes."""

    executor: Callable[[Listener], Executor] | None = None
    proofs: Vouching | None = None


async def _cluster(settings: Settings, stack: AsyncExitStack) -> _Cluster:
    """The cluster where runners are to run, after everything they need was looked at."""
    if settings.executor is not ExecutorKind.KUBERNETES:
        return _Cluster()
    from api.adapters.kubernetes import wiring  # noqa: PLC0415 - half a second, for nobody else

    cluster = await wiring.connect(settings, stack)
    return _Cluster(wiring.executor(cluster, settings), wiring.proofs(cluster, settings))


def _parts(settings: Settings, database: Database, storage: Storage, cluster: _Cluster) -> _Parts:
    """Every part, in the order in which they need each other; long because it is a list."""
    system_url = settings.system_database_url.get_secret_value()
    wire = Wire(system_url)
    database.on_events = partial(_told, wire)
    hub = Hub(database, wire, JOBS)
    scan_hub = Hub(database, wire, SCANS)
    endings = Endings(database, hub)
    runs = Runs(database, storage, hub, endings, settings, proofs=cluster.proofs)
    launcher = Launcher(
        database,
        Leadership(system_url),
        endings,
        hub,
        settings,
        executor=cluster.executor,
        probing=Probing(database, settings),
        sharing=Sharing(database, storage, hub, settings),
    )
    transcodes = Transcodes(database, storage, hub, settings, launcher.wake)
    options = Options(database, transcodes.finder)
    deletion = Deletion(database, storage, settings)
    sweep = UploadSweep(database, storage)
    uploads = _uploads(settings, database, storage, transcodes, sweep, options=options)
    captions = Captions(database, storage, settings)
    janitor = Janitor(
        database, storage, sweep=sweep, deletion=deletion, captions=captions, settings=settings
    )
    connections = Connections(
        database, most=settings.max_connections, most_per_key=settings.max_connections_per_key
    )
    links = Links(storage)
    playback = _playback(settings, database, storage)
    services = Services(
        settings=settings,
        assets=Assets(database, options, janitor.wake),
        auth=Auth(
            database, signing_key=settings.signing_key, session_seconds=settings.session_seconds
        ),
        captions=captions,
        connections=connections,
        doctor=Doctor(database, storage, settings),
        keys=Keys(database, connections),
        library=Library(database),
        hub=hub,
        scan_hub=scan_hub,
        feed=Feed(database, wire),
        gallery=Gallery(database, links, playback, settings),
        links=links,
        options=options,
        playback=playback,
        presets=Presets(database),
        scans=Scans(database, storage, scan_hub, settings),
        shares=Shares(database, playback, settings.public_url),
        transcodes=transcodes,
        uploads=uploads,
        upload_credentials=UploadCredentials(database, storage, uploads),
    )
    return _Parts(
        wire=wire,
        services=services,
        runs=runs,
        probes=Probes(database, storage, settings, proofs=cluster.proofs),
        launcher=launcher,
        janitor=janitor,
        gauges=Gauges(database, connections),
    )


def _told(wire: Wire, project_id: UUID, kinds: Sequence[str]) -> None:
    """A commit has added to a project's log."""
    wire.tell("events", project_id)
    for kind in kinds:
        metrics.events.labels(kind).inc()


def _uploads(
    settings: Settings,
    database: Database,
    storage: Storage,
    transcodes: Transcodes,
    sweep: UploadSweep,
    *,
    options: Options,
) -> Uploads:
    verifier = Verifier(storage, settings.verify_bytes)
    return Uploads(
        database,
        storage,
        links=UploadLinks(database, storage),
        completion=UploadCompletion(database, storage, transcodes, verifier, sweep),
        sweep=sweep,
        options=options,
        settings=settings,
    )


def _playback(settings: Settings, database: Database, storage: Storage) -> Playback:
    return Playback(
        database=database,
        storage=storage,
        signing_key=settings.signing_key,
        public_url=settings.public_url,
        link_seconds=settings.link_seconds,
    )


def _routes(
    settings: Settings, parts: _Parts, database: Database, storage: Storage, origins: Origins
) -> list[BaseRoute]:
    services = parts.services
    web_app = web.WebApp(settings.web_dir)
    graphql = GraphQLApp(
        build(introspection=settings.introspection),
        services,
        check_origin=origins.check,
        session_cookie=responses.session_cookie,
        page=web_app.graphiql,
    )
    return [
        *health.routes(checks={"database": database.ping, "storage": storage.ping}),
        *metrics_page.routes(token=settings.metrics_token, refresh=parts.gauges.refresh),
        *sessions.routes(auth=services.auth, origins=origins),
        *play.routes(playback=services.playback, storage=storage, mode=settings.play_mode),
        *shares.routes(shares=services.shares),
        *runner.routes(runs=parts.runs, probes=parts.probes),
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", graphql),
        *web.routes(app=web_app),  # matches every path, so it stands last
    ]


@asynccontextmanager
async def _running(parts: _Parts, give_up: Callable[[], None]) -> AsyncIterator[None]:
    """The loops behind the requests; at the end runners are stopped, then everything else."""

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("a background loop has ended", loop=task.get_name(), exc_info=error)
            give_up()

    loops = {
        "connections": parts.services.connections.run(),
        "wire": parts.wire.run(),
        "hub": parts.services.hub.run(),
        "scan hub": parts.services.scan_hub.run(),
        "feed": parts.services.feed.run(),
        "scans": parts.services.scans.run(),
        "launcher": parts.launcher.run(),
        "janitor": parts.janitor.run(),
    }
    tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await parts.services.scans.stop()
        await parts.services.uploads.stop()
        await parts.launcher.stop()
