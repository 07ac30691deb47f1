"""Composition root: wires adapters into services and services into routes. Nothing happens on import."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import __version__
from api.broadcast import EventBus, InProcessBus
from api.clock import Clock, SystemClock
from api.db import Database, open_engines, upgrade_schema
from api.db.engine import Engines
from api.db.keyset import CursorSeal
from api.metrics import Metrics
from api.routers import (
    alerts,
    cameras,
    control,
    health,
    images,
    live,
    live_updates,
    metrics,
    openapi,
    reference,
    session,
    storage,
    timeline,
)
from api.routers.audience import Audience
from api.routers.client import mount_client
from api.routers.dependencies import Services
from api.routers.direct import DirectRoutes
from api.routers.guards import BodyLimit, SameOrigin, SecurityHeaders
from api.routers.problems import install_problem_handlers
from api.routers.request_log import RequestLog
from api.services.accounts import Accounts
from api.services.alerts import Alerts
from api.services.cameras import Cameras
from api.services.control import Control
from api.services.day_columns import DayBuckets
from api.services.deletions import Deletions
from api.services.gallery import Gallery
from api.services.ingest import Ingest
from api.services.live import Live
from api.services.passwords import Passwords
from api.services.purging import Purging
from api.services.readiness import Readiness
from api.services.reserve import DiskReserve
from api.services.retention import Retention
from api.services.site import ensure_site
from api.services.timeline import Timeline
from api.services.vitals import Vitals
from api.settings import Settings
from api.storage import BlobStore, open_store
from api.workers import DecodingWorker, LeasedWorker, Supervisor

# Parallel fsyncs are committed together by the file system: measured best between 8 and 32.
_FILE_JOBS = 16
_SMALL_BODY_BYTES = 65_536
_RETENTION_SECONDS = 300.0
_PURGING_SECONDS = 30.0


def create_app(
    settings: Settings, *, clock: Clock | None = None, store: BlobStore | None = None, bus: EventBus | None = None
) -> FastAPI:
    """The server as an ASGI application. Ports left out get the adapters that `settings` names."""
    app = FastAPI(
        title="Pi Security Camera",
        version=__version__,
        description="Pictures and alerts from cameras, for people. Errors are RFC 9457 problem documents.",
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_name,
    )
    app.state.settings = settings
    app.state.clock = clock or SystemClock()
    app.state.store = store
    app.state.bus = bus
    app.state.metrics = Metrics()
    app.state.metrics_token = settings.metrics_token()
    install_problem_handlers(app)
    for module in (
        session,
        timeline,
        images,
        alerts,
        cameras,
        control,
        live,
        storage,
        live_updates,
        health,
        metrics,
        openapi,
        reference,
    ):
        app.include_router(module.router)
    mount_client(app, settings.client_dir)
    openapi.describe(app)
    app.add_middleware(
        DirectRoutes,
        endpoints={
            ("POST", "/images"): images.create_image_directly,
            ("GET", "/images"): images.list_images_directly,
            ("GET", "/alerts"): alerts.list_alerts_directly,
        },
        sockets={"/ws": live_updates.live_updates_directly},
    )
    app.add_middleware(BodyLimit, limit_bytes=_SMALL_BODY_BYTES, unlimited=["/images"])
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, metrics=app.state.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what the application stands on; at the end finish what was accepted, then close it."""
    settings: Settings = app.state.settings
    clock: Clock = app.state.clock
    counted: Metrics = app.state.metrics
    engines = open_engines(settings.resolved_database_url())
    upgrade_schema(engines.writer)
    bus = app.state.bus = app.state.bus or _bus(engines)
    database = Database(engines, in_transaction=bus.carry, publish=bus.publish, on_group=counted.group_committed)
    database.start()
    bus.start()
    file_jobs = ThreadPoolExecutor(_FILE_JOBS, thread_name_prefix="file")
    decode_jobs = ThreadPoolExecutor(1, thread_name_prefix="decode")
    passwords = Passwords()
    try:
        site = await database.write(lambda connection: ensure_site(connection, settings.site_name, clock.now()))
        store: BlobStore = app.state.store or open_store(settings.resolved_storage_url(), settings.storage_public_url)
        reserve = DiskReserve(store, settings.reserve_bytes)
        seal = CursorSeal(site.cursor_key)
        gallery = Gallery(database, store, seal, file_jobs=file_jobs, decode_jobs=decode_jobs)
        decoding = DecodingWorker(database, gallery, clock)
        ingest = Ingest(
            database,
            store,
            clock,
            max_pixels=settings.max_image_pixels,
            file_jobs=file_jobs,
            on_stored=decoding.wake,
            reserve=reserve,
            metrics=counted,
        )
        connections = Control()
        live_view = Live(connections)
        retention = Retention(database, store, clock)
        app.state.services = Services(
            settings=settings,
            clock=clock,
            accounts=Accounts(database, passwords, clock),
            alerts=Alerts(database, clock, seal),
            cameras=Cameras(database, clock),
            control=connections,
            gallery=gallery,
            ingest=ingest,
            live=live_view,
            timeline=Timeline(database),
            day_buckets=DayBuckets(database, seal),
            deletions=Deletions(database, clock),
            retention=retention,
            metrics=counted,
        )
        app.state.audience = Audience(bus, app.state.services.accounts, clock, counted)
        app.state.readiness = Readiness(database, store, bus, reserve)
        app.state.vitals = Vitals(database, reserve, clock)
        purging = Purging(database, store, clock, file_jobs)
        supervisor = Supervisor(
            decoding,
            LeasedWorker("retention", retention.sweep, database, clock, every_seconds=_RETENTION_SECONDS),
            LeasedWorker("purging", purging.purge, database, clock, every_seconds=_PURGING_SECONDS),
        )
        supervisor.start()
        try:
            yield
        finally:
            await live_view.stop()
            await supervisor.stop()
    finally:
        file_jobs.shutdown(wait=True)
        decode_jobs.shutdown(wait=True)
        passwords.close()
        await database.stop()
        await bus.stop()


def _bus(engines: Engines) -> EventBus:
    """Replicas share PostgreSQL, so that carries the changes; an embedded server is alone."""
    if engines.url.get_backend_name() == "postgresql":
        # Imported only here: an embedded server does without the driver's 9 MB.
        from api.broadcast.postgres import PostgresBus

        return PostgresBus(engines.url.set(drivername="postgresql").render_as_string(hide_password=False))
    return InProcessBus()


def _operation_name(route: APIRoute) -> str:
    """The function's own name: good method names in generated clients."""
    return route.name
