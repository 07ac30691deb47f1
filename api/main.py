"""Composition root: wires adapters into services and services into routes. Nothing happens on import."""

from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import Connection

from api import __version__
from api.broadcast import Change, EventBus, InProcessBus
from api.clock import Clock, SystemClock
from api.db import Database, open_engines, upgrade_schema
from api.db.engine import Engines
from api.db.keyset import CursorSeal
from api.metrics import Metrics
from api.routers import (
    about,
    access,
    alerts,
    audit,
    camera_settings,
    cameras,
    control,
    dav,
    exports,
    health,
    images,
    installer,
    live,
    live_updates,
    metrics,
    notifications,
    openapi,
    pairings,
    passkeys,
    people,
    privacy,
    reference,
    session,
    storage,
    timeline,
)
from api.routers.audience import Audience
from api.routers.client import mount_client
from api.routers.dependencies import Services
from api.routers.direct import DirectRoutes
from api.routers.edge import AllowedHosts
from api.routers.guards import BodyLimit, SameOrigin, SecurityHeaders
from api.routers.problems import install_problem_handlers
from api.routers.request_log import RequestLog
from api.services.accounts import Accounts
from api.services.alerts import Alerts
from api.services.audit import Audit
from api.services.day_columns import DayBuckets
from api.services.dead_man import EVERY_SECONDS, DeadMan
from api.services.deletions import Deletions
from api.services.disk_watch import DiskWatch
from api.services.exports import Exports
from api.services.file_uploads import FileUploads
from api.services.gallery import Gallery
from api.services.gallery_days import GalleryCounts
from api.services.heartbeats import Heartbeats
from api.services.ingest import Ingest
from api.services.invitations import Invitations
from api.services.notifications.teller import Teller
from api.services.own_account import OwnAccount
from api.services.pairing import Pairing
from api.services.passkeys import Passkeys
from api.services.passwords import Passwords
from api.services.people import People
from api.services.privacy import Privacy
from api.services.purging import Purging
from api.services.readiness import Readiness
from api.services.reserve import DiskReserve
from api.services.retention import Retention
from api.services.scripts import Scripts
from api.services.shares import Shares
from api.services.site import ensure_site
from api.services.timeline import Timeline
from api.services.vitals import Vitals
from api.settings import Settings
from api.storage import BlobStore, open_store
from api.tls import ServerIdentity
from api.wiring.cameras import open_cameras
from api.wiring.notifications import open_notifications
from api.workers import DecodingWorker, LeasedWorker, Supervisor

# Parallel fsyncs are committed together by the file system: measured best between 8 and 32.
_FILE_JOBS = 16
_Carry = Callable[[Connection, Sequence[Change]], None]
_Publish = Callable[[Sequence[Change]], None]
_SMALL_BODY_BYTES = 65_536
_RETENTION_SECONDS = 300.0
_PURGING_SECONDS = 30.0
_LOOKING_SECONDS = 5.0
_DISK_SECONDS = 10.0


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    store: BlobStore | None = None,
    bus: EventBus | None = None,
    identity: ServerIdentity | None = None,
) -> FastAPI:
    """The server as an ASGI application. Ports left out get the adapters that `settings` names.

    `identity` is the server's own certificate, where it speaks https itself.
    """
    app = FastAPI(
        title="Pi Security Camera",
        version=__version__,
        description="Pictures and alerts from cameras, for people. Errors are RFC 9457 problem documents.",
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.clock = clock or SystemClock()
    app.state.store = store
    app.state.bus = bus
    app.state.identity = identity
    app.state.metrics = Metrics()
    app.state.metrics_token = settings.metrics_token()
    install_problem_handlers(app)
    for module in (
        session,
        people,
        passkeys,
        access,
        timeline,
        images,
        alerts,
        cameras,
        camera_settings,
        pairings,
        installer,
        control,
        live,
        storage,
        exports,
        dav,
        privacy,
        about,
        audit,
        notifications,
        live_updates,
        health,
        metrics,
        openapi,
        reference,
    ):
        # Not `include_router`: it would build every route once more for this application, on the first request, and match
        # each request twice. None of the routers needs anything that it adds.
        app.router.routes.extend(module.router.routes)
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
    app.add_middleware(AllowedHosts, settings=settings)
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
    teller = Teller(clock)

    carry, publish = _one_after_the_other((bus.carry, bus.publish), (teller.carry, teller.published))
    database = Database(engines, in_transaction=carry, publish=publish, on_group=counted.group_committed)
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
        told = open_notifications(
            settings, database, clock, seal, teller, gallery.small_picture, counted.notification_sent
        )
        audit_log = Audit(database, clock, seal)
        watched = open_cameras(database, audit_log, clock)
        retention = Retention(database, store, clock)
        accounts = Accounts(database, passwords, audit_log, clock)
        app.state.services = Services(
            settings=settings,
            clock=clock,
            accounts=accounts,
            alerts=Alerts(database, clock, seal),
            audit=audit_log,
            cameras=watched.cameras,
            camera_health=watched.health,
            camera_settings=watched.settings,
            commands=watched.commands,
            control=watched.control,
            credentials=watched.credentials,
            file_uploads=FileUploads(database, clock),
            gallery=gallery,
            heartbeats=Heartbeats(database, clock),
            ingest=ingest,
            invitations=Invitations(database, accounts, passwords, audit_log, clock),
            live=watched.live,
            own_account=OwnAccount(database, accounts, passwords, audit_log, clock),
            passkeys=Passkeys(database, accounts, audit_log, clock, site.cursor_key),
            people=People(database, accounts, audit_log, clock),
            privacy=Privacy(database, audit_log, clock),
            scripts=Scripts(database, accounts, audit_log, clock),
            shares=Shares(database, audit_log, clock),
            timeline=Timeline(database),
            day_buckets=DayBuckets(database, seal),
            gallery_counts=GalleryCounts(database),
            exports=Exports(database, store, audit_log, file_jobs),
            deletions=Deletions(database, clock),
            retention=retention,
            pairing=Pairing(database, audit_log, clock, site.cursor_key),
            identity=app.state.identity,
            channels=told.channels,
            preferences=told.preferences,
            notification_log=told.log,
            push_key=told.push_key,
            metrics=counted,
        )
        app.state.audience = Audience(bus, accounts, clock, counted)
        app.state.readiness = Readiness(database, store, bus, reserve)
        app.state.vitals = Vitals(database, reserve, clock)
        supervisor = _supervisor(app, database, reserve, retention, Purging(database, store, clock, file_jobs))
        supervisor.add(
            decoding,
            told.worker,
            LeasedWorker("camera_health", watched.health.look, database, clock, every_seconds=_LOOKING_SECONDS),
        )
        supervisor.add(*_dead_man(settings, app.state.readiness, database, clock))
        supervisor.start()
        try:
            yield
        finally:
            await watched.live.stop()
            await supervisor.stop()
            await told.sender.close()
    finally:
        file_jobs.shutdown(wait=True)
        decode_jobs.shutdown(wait=True)
        passwords.close()
        await database.stop()
        await bus.stop()


def _one_after_the_other(bus: tuple[_Carry, _Publish], teller: tuple[_Carry, _Publish]) -> tuple[_Carry, _Publish]:
    """What a write announces goes to the bus, and then to whoever tells people of it."""

    def carry(connection: Connection, changes: Sequence[Change]) -> None:
        for step, _ in (bus, teller):
            step(connection, changes)

    def publish(changes: Sequence[Change]) -> None:
        for _, step in (bus, teller):
            step(changes)

    return carry, publish


def _supervisor(
    app: FastAPI, database: Database, reserve: DiskReserve, retention: Retention, purging: Purging
) -> Supervisor:
    """The workers that keep room on the disk."""
    clock: Clock = app.state.clock

    async def make_room() -> None:
        await retention.sweep()
        await purging.purge()

    app.state.purging = purging
    disk_watch = app.state.disk_watch = DiskWatch(database, reserve, clock, make_room)
    return Supervisor(
        LeasedWorker("retention", retention.sweep, database, clock, every_seconds=_RETENTION_SECONDS),
        LeasedWorker("purging", purging.purge, database, clock, every_seconds=_PURGING_SECONDS),
        LeasedWorker("disk", disk_watch.look, database, clock, every_seconds=_DISK_SECONDS),
    )


def _dead_man(settings: Settings, readiness: Readiness, database: Database, clock: Clock) -> list[LeasedWorker]:
    """Where an address is set."""
    address = settings.dead_man_url.get_secret_value()
    if not address:
        return []
    beat = DeadMan(address, readiness).beat
    return [LeasedWorker("dead_man", beat, database, clock, every_seconds=EVERY_SECONDS)]


def _bus(engines: Engines) -> EventBus:
    """Replicas share PostgreSQL, so that carries the changes; an embedded server is alone."""
    if engines.url.get_backend_name() == "postgresql":
        # Imported only here: an embedded server does without the driver's 9 MB.
        from api.broadcast.postgres import PostgresBus

        return PostgresBus(engines.url.set(drivername="postgresql").render_as_string(hide_password=False))
    return InProcessBus()
