"""What the server counts about itself, for Prometheus. One object per application, passed by the composition root.

Everything on a request's way is a counter or histogram whose labels are looked up once: a microsecond each. What has to
be asked for (backlog, free space) is asked when somebody scrapes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from api import __version__
from api.errors import DomainError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
_GROUP = (1, 2, 4, 8, 16, 32, 64)
_KNOWN_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "WS"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is asked for when somebody scrapes. `free_bytes` is None where the store knows no limit."""

    writes_waiting: int
    decode_backlog: int
    cameras: int
    cameras_online: int
    free_bytes: int | None


class UploadOutcome:
    """How an upload ended; set by the code that knows."""

    __slots__ = ("word",)

    def __init__(self) -> None:
        self.word = "cancelled"


class Metrics:
    """The instruments. Every method may be called from any thread."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._uploads = Counter("picam_uploads", "Uploads by outcome.", ["outcome"], registry=registry)
        self._upload_bytes = Counter("picam_upload_bytes", "Bytes of pictures stored.", registry=registry)
        self._stored = _histogram("picam_upload_stored_seconds", "Until the picture's file was durable.", registry)
        self._committed = _histogram("picam_upload_committed_seconds", "From there until its row was.", registry)
        self._groups = Histogram(
            "picam_write_group_size", "Writes that shared one commit.", buckets=_GROUP, registry=registry
        )
        self._viewers = Gauge("picam_viewers", "Open live connections.", registry=registry)
        self._changes = Counter("picam_changes_sent", "Changes sent to viewers.", registry=registry)
        self._resyncs = Counter("picam_resyncs", "Viewers told to read everything again.", registry=registry)
        self._requests = Counter(
            "picam_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._request_seconds = _histogram("picam_request_seconds", "Until a request was over.", registry, ["route"])
        self._waiting = Gauge("picam_writes_waiting", "Writes not answered yet.", registry=registry)
        self._backlog = Gauge("picam_decode_backlog", "Pictures not decoded yet.", registry=registry)
        self._cameras = Gauge("picam_cameras", "Cameras by state.", ["state"], registry=registry)
        self._free = Gauge("picam_storage_free_bytes", "Room left for pictures.", registry=registry)
        self._sent = _histogram(
            "picam_notification_seconds", "From the alert's commit to the request on the wire.", registry, ["kind"]
        )
        Gauge("picam_build_info", "The running version.", ["version"], registry=registry).labels(__version__).set(1)
        # `labels()` costs as much as counting does; the sets of outcomes, routes and statuses are small.
        self._by_request: dict[tuple[str, str, int], Counter] = {}
        self._by_route: dict[str, Histogram] = {}

    @contextmanager
    def upload(self) -> Iterator[UploadOutcome]:
        """Around an upload; counts what `word` says, or the code of the problem that it ended in."""
        outcome = UploadOutcome()
        try:
            yield outcome
        except DomainError as error:
            outcome.word = error.code
            raise
        finally:
            self._uploads.labels(outcome.word).inc()

    def stored(self, seconds: float, size_bytes: int) -> None:
        """A picture's file became durable."""
        self._stored.observe(seconds)
        self._upload_bytes.inc(size_bytes)

    def committed(self, seconds: float) -> None:
        """A picture's row did, so many seconds after its file."""
        self._committed.observe(seconds)

    def group_committed(self, writes: int) -> None:
        self._groups.observe(writes)

    def viewer_came(self) -> None:
        self._viewers.inc()

    def viewer_went(self) -> None:
        self._viewers.dec()

    def changes_sent(self, count: int) -> None:
        self._changes.inc(count)

    def resync_sent(self) -> None:
        self._resyncs.inc()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request is over. `route` is a template, so that the number of series is bounded."""
        key = (method if method in _KNOWN_METHODS else "other", route, status)
        counter = self._by_request.get(key)
        if counter is None:
            counter = self._by_request[key] = self._requests.labels(*map(str, key))
        counter.inc()
        if status == 101:
            return  # A viewer's connection lasts for hours.
        histogram = self._by_route.get(route)
        if histogram is None:
            histogram = self._by_route[route] = self._request_seconds.labels(route)
        histogram.observe(seconds)

    def notification_sent(self, kind: str, seconds: float) -> None:
        """A channel of this kind took over the first message of an alert, which began to be sent so long after its commit."""
        self._sent.labels(kind).observe(seconds)

    def exposition(self, now: Snapshot) -> bytes:
        """All of it in Prometheus' text format."""
        self._waiting.set(now.writes_waiting)
        self._backlog.set(now.decode_backlog)
        self._cameras.labels("online").set(now.cameras_online)
        self._cameras.labels("offline").set(now.cameras - now.cameras_online)
        self._free.set(float("nan") if now.free_bytes is None else now.free_bytes)
        return generate_latest(self._registry)

    def value(self, name: str, **labels: str) -> float:
        """The present value of one series, 0 when nothing was counted: for tests."""
        return self._registry.get_sample_value(name, labels) or 0.0


def _histogram(name: str, text: str, registry: CollectorRegistry, labels: list[str] | None = None) -> Histogram:
    return Histogram(name, text, labels or [], buckets=_SECONDS, registry=registry)
