"""Delivers notification jobs: at least once, each channel on its own, so that a dead one delays nobody.

A job is claimed with a lease, sent outside of any transaction, and settled. A worker that dies leaves its lease to end;
then another one sends. What fails is tried again with growing delay until the alert is old; then the person gets one
digest instead of stale messages.
"""

import asyncio
import contextlib
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from api.clock import SECOND, Clock
from api.db import Database
from api.db.alert_rows import get_alert
from api.db.image_rows import get_image
from api.db.job_rows import add_jobs, claim_jobs, next_due, settle_job
from api.db.notification_rows import PICTURE_FOLLOWS, channels_of, get_channel, held_back, update_channel
from api.db.person_rows import require_site
from api.ids import uuid7
from api.models import AlertRecord, ChannelRecord, ImageRecord, JobKind, JobRecord, JobState, Phase, cameras
from api.notify import SEND_SECONDS, Gone, Message, Notifier, NotSent, Receipt, TryLater
from api.services.notifications.fan_out import channel_dead_jobs, summary_job
from api.services.notifications.messages import alert_message, channel_dead_message, digest_message, test_message
from api.services.notifications.rules import LATE
from api.services.notifications.secret_box import SecretBox

_LOG = logging.getLogger(__name__)
_CLAIMED_AT_ONCE = 32
_LEASE = 60 * SECOND
_POLL_SECONDS = 2.0
_RETRY_SECONDS = (1, 3, 10, 30, 120, 600, 1800, 3600)
_FAILURES_UNTIL_CLOSED = 5
_CLOSED_FOR = 60 * SECOND
PICTURE_WAIT = SECOND
"""A channel that cannot replace a message waits this long for the alert's first picture."""
PICTURE_LATE = 60 * SECOND
"""A picture that comes later than this is not sent after its message any more."""
_PICTURE_TRIES = SECOND // 5

ReadPicture = Callable[[ImageRecord], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class _Work:
    """A claimed job with what its message is made of."""

    job: JobRecord
    channel: ChannelRecord
    alert: AlertRecord | None
    image: ImageRecord | None
    camera_names: Mapping[UUID, str]
    held: tuple[JobRecord, ...]
    zone: ZoneInfo


class DeliveryWorker:
    """Sends what is due. `notifiers` by kind of channel; `read_picture` gives an image's thumbnail, or None; `on_sent` is
    told the kind of channel and the seconds from an alert's commit until its first message began to be sent."""

    name = "notifications"

    def __init__(
        self,
        database: Database,
        notifiers: Mapping[str, Notifier],
        box: SecretBox,
        clock: Clock,
        *,
        read_picture: ReadPicture,
        public_url: str | None,
        on_sent: Callable[[str, float], None] = lambda _kind, _seconds: None,
        rng: random.Random | None = None,
    ) -> None:
        self._database = database
        self._notifiers = notifiers
        self._box = box
        self._clock = clock
        self._read_picture = read_picture
        self._public_url = public_url
        self._on_sent = on_sent
        self._rng = rng or random.Random()
        self._woken = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)

    def wake(self) -> None:
        """There may be something to send: called on the event loop after a commit."""
        self._woken.set()

    async def run(self) -> None:
        try:
            while True:
                self._woken.clear()
                while await self.deliver_due():
                    pass
                await self._wait()
        finally:
            for task in self._sending:
                task.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Claim what is due and begin to send it; how many. `settled` waits for the end."""
        now = self._clock.now()
        claimed = await self._database.write(
            lambda connection: claim_jobs(connection, JobKind.NOTIFICATION, now, _LEASE, _CLAIMED_AT_ONCE)
        )
        for job in claimed:
            task = asyncio.create_task(self._deliver(job), name=f"notification {job.id}")
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return len(claimed)

    async def settled(self) -> None:
        """Wait until everything that was claimed has been settled."""
        while self._sending:
            await asyncio.gather(*self._sending)

    async def _wait(self) -> None:
        due = await self._database.read(lambda connection: next_due(connection, JobKind.NOTIFICATION))
        until = _POLL_SECONDS if due is None else (due - self._clock.now()) / SECOND
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(_POLL_SECONDS, max(0.02, until))):
                await self._woken.wait()

    async def _deliver(self, job: JobRecord) -> None:
        try:
            # One at a time for a channel: its messages arrive in order, and a hanging one holds up no other channel.
            assert job.channel_id is not None
            async with self._turns[job.channel_id]:
                await self._deliver_in_turn(job)
        except Exception:  # noqa: BLE001 - the edge: the lease ends by itself, then the job is tried again
            _LOG.exception("notification_failed job=%s", job.id)

    async def _deliver_in_turn(self, job: JobRecord) -> None:
        work = await self._database.read(lambda connection: _gather(connection, job))
        now = self._clock.now()
        if now > job.lease_until - round(SEND_SECONDS * SECOND):
            return  # it waited for its turn too long: whoever claims it next sends it
        if work is None:
            await self._settle(job, state=JobState.DEAD.value, finished_at=now, last_error="What it was about is gone.")
        elif job.expires_at is not None and now >= job.expires_at:
            await self._expire(work, now)
        elif work.channel.dead:
            await self._settle(job, state=JobState.DEAD.value, finished_at=now, last_error=work.channel.last_error)
        elif work.channel.closed_until > now and job.phase != Phase.TEST:
            await self._settle(job, due_at=work.channel.closed_until, tries=job.tries - 1)
        elif self._waits_for_picture(work, now):
            await self._settle(job, due_at=now + _PICTURE_TRIES, tries=job.tries - 1)
        elif job.rule == PICTURE_FOLLOWS and work.image is None:
            await self._settle(job, state=JobState.SUPPRESSED.value, finished_at=now)
        else:
            await self._send(work)

    def _waits_for_picture(self, work: _Work, now: int) -> bool:
        job = work.job
        if work.alert is None or work.image is not None:
            return False
        if job.rule == PICTURE_FOLLOWS:
            return now < job.created_at + PICTURE_LATE
        notifier = self._notifiers.get(work.channel.kind)
        return (
            job.phase == Phase.NEW
            and notifier is not None
            and not notifier.replaces
            and now < job.created_at + PICTURE_WAIT
        )

    async def _send(self, work: _Work) -> None:
        job, channel = work.job, work.channel
        notifier = self._notifiers.get(channel.kind)
        try:
            if notifier is None:
                raise Gone("This kind of channel is not available on this server.")
            message = await self._message(work)
            began = self._clock.now()
            receipt = await notifier.send(self._config(channel), message)
        except NotSent as failure:
            await self._failed(work, failure)
            return
        if job.phase == Phase.NEW and job.tries == 1:
            self._on_sent(channel.kind, (began - job.created_at) / SECOND)
        await self._sent(work, receipt)

    def _config(self, channel: ChannelRecord) -> dict[str, object]:
        try:
            return self._box.open(channel.config)
        except ValueError as error:
            raise TryLater(f"Its settings cannot be read: {error}.") from error

    async def _message(self, work: _Work) -> Message:
        job = work.job
        left = 0 if job.expires_at is None else (job.expires_at - self._clock.now()) // SECOND
        if work.alert is not None:
            picture = None if work.image is None else await self._read_picture(work.image)
            name = work.camera_names.get(work.alert.camera_id, "")
            return alert_message(
                job, work.alert, name, work.zone, picture=picture, public_url=self._public_url, seconds_left=left
            )
        if job.phase == Phase.CHANNEL_DEAD:
            return channel_dead_message(job, self._public_url, left)
        if job.phase == Phase.TEST:
            return test_message(job, work.channel, self._public_url)
        return digest_message(job, work.held, work.camera_names, self._public_url, left)

    async def _sent(self, work: _Work, receipt: Receipt) -> None:
        now = self._clock.now()
        replaces = self._notifiers[work.channel.kind].replaces
        follows = replaces and work.alert is not None and work.image is None and work.job.phase == Phase.NEW

        def commit(connection: Connection) -> None:
            settle_job(
                connection,
                work.job,
                state=JobState.SENT.value,
                finished_at=now,
                http_status=receipt.http_status,
                last_error=None,
            )
            update_channel(
                connection,
                work.channel.id,
                last_sent_at=now,
                last_error=None,
                failing_since=None,
                failures=0,
                closed_until=0,
            )
            if follows:
                add_jobs(connection, [_picture_job(work.job, now)])

        await self._database.write(commit)

    async def _failed(self, work: _Work, failure: NotSent) -> None:
        now = self._clock.now()
        job, channel = work.job, work.channel
        gone = isinstance(failure, Gone)
        again = isinstance(failure, TryLater) and job.phase != Phase.TEST
        delay = _RETRY_SECONDS[min(job.tries - 1, len(_RETRY_SECONDS) - 1)] * self._rng.uniform(0.8, 1.2)
        if isinstance(failure, TryLater) and failure.after_seconds is not None:
            delay = max(delay, failure.after_seconds)
        outcome: dict[str, object] = {"http_status": failure.http_status, "last_error": failure.reason}
        outcome |= {"due_at": now + round(delay * SECOND)} if again else {"state": JobState.DEAD, "finished_at": now}
        failures = channel.failures + 1
        health: dict[str, object] = {"last_error": failure.reason, "failing_since": channel.failing_since or now}
        if not isinstance(failure, TryLater) and not gone:
            health = {"last_error": failure.reason}
        else:
            health |= {"failures": failures, "dead": gone}
            if failures >= _FAILURES_UNTIL_CLOSED:
                health["closed_until"] = now + _CLOSED_FOR
        told = gone or failures == _FAILURES_UNTIL_CLOSED

        def commit(connection: Connection) -> None:
            settle_job(connection, job, **outcome)
            update_channel(connection, channel.id, **health)
            if told and job.phase != Phase.TEST:
                changed = get_channel(connection, channel.id)
                if changed is not None:
                    add_jobs(connection, channel_dead_jobs(changed, channels_of(connection, channel.user_id), now))

        await self._database.write(commit)
        if told:
            self.wake()

    async def _expire(self, work: _Work, now: int) -> None:
        """Too old to be news: it goes into the digest."""

        def commit(connection: Connection) -> None:
            settle_job(connection, work.job, state=JobState.EXPIRED.value, finished_at=now)
            if work.alert is not None:
                add_jobs(connection, [summary_job(work.channel, now, LATE)])

        await self._database.write(commit)

    async def _settle(self, job: JobRecord, **values: object) -> None:
        await self._database.write(lambda connection: settle_job(connection, job, **values))


def _gather(connection: Connection, job: JobRecord) -> _Work | None:
    """Everything a message needs, in one read; None when the channel or the alert is gone."""
    channel = None if job.channel_id is None else get_channel(connection, job.channel_id)
    alert = None if job.alert_id is None else get_alert(connection, job.alert_id)
    if channel is None or (job.alert_id is not None and alert is None):
        return None
    image = None if alert is None or alert.key_image_id is None else get_image(connection, alert.key_image_id)
    held: tuple[JobRecord, ...] = ()
    if job.phase in {Phase.SUMMARY, Phase.DIGEST}:
        held = tuple(held_back(connection, job))
    names = {row.id: row.name for row in connection.execute(select(cameras.c.id, cameras.c.name))}
    return _Work(job, channel, alert, image, names, held, ZoneInfo(require_site(connection).time_zone))


def _picture_job(job: JobRecord, now: int) -> JobRecord:
    """The message went out before the first picture had come: with the picture it takes its own place."""
    return replace(
        job,
        id=uuid7(now),
        key=f"{job.alert_id}:{job.channel_id}:picture",
        phase=Phase.UPDATE.value,
        created_at=now,
        due_at=now + _PICTURE_TRIES,
        lease_until=0,
        tries=0,
        rule=PICTURE_FOLLOWS,
    )
