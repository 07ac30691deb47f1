"""Takes settings from the server, tries them, keeps them if the camera stays healthy, and takes them back if not.

    offered --makes no sense--> rolled back
       |                           ^
       v                           | no fresh pictures in time, or the agent died meanwhile
    noted on the card --> applied -+-> fresh pictures --> good

A wrong setting must never cost a camera: the connection to the server does not depend on any setting that can be changed from
afar. Runs in the event loop. Neighbours: `kept` (the card), `wanted` (what is checked), `agent` (what `apply` does).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from auxiliary.clock import Clock
from auxiliary.remote.kept import Kept, KeptSettings, RolledBack, Version
from auxiliary.remote.wanted import REOPENING_FIELDS, Wanted, WrongSettingsError, lay_over
from auxiliary.settings import Settings
from auxiliary.status import Status

logger = logging.getLogger(__name__)

TRIAL_SECONDS = 30.0
_SETTLE_SECONDS = 3.0
_LATE_SECONDS = 2.5
_LATE_FRAMES = 2.5
_LOOK_SECONDS = 0.25
_ARMING_EVERY_SECONDS = 5.0
_FAILED_CARD_SECONDS = 60.0

Apply = Callable[[Settings, bool], None]


class RemoteSettings:
    """`apply` makes the camera go by settings, opening it anew if its second argument says so. `frames_judged` counts the frames
    that went through everything since then. `blocking` runs a function that waits for the card outside of the event loop."""

    def __init__(
        self,
        base: Settings,
        kept: KeptSettings,
        clock: Clock,
        status: Status,
        *,
        apply: Apply,
        frames_judged: Callable[[], int],
        trial_seconds: float = TRIAL_SECONDS,
        blocking: Callable[..., Awaitable[Any]] = asyncio.to_thread,
    ) -> None:
        self._base = base
        self._file = kept
        self._clock = clock
        self._status = status
        self._apply = apply
        self._frames_judged = frames_judged
        self._trial_seconds = trial_seconds
        self._blocking = blocking
        self._offered: Version | None = None
        self._news = asyncio.Event()
        self.tell: Callable[[Mapping[str, Any]], Awaitable[object]] = _nobody
        self._kept = self._recovered(kept.load())
        self._wanted = self._laid_over_or_base(self._kept.good)
        self._armed_now = self._armed()

    @property
    def settings(self) -> Settings:
        """What to go by now, `armed` according to the schedule."""
        return self._wanted.settings.model_copy(update={"armed": self._armed_now})

    def report(self) -> dict[str, Any]:
        """What the server is told: on the control connection at every change, and with each heartbeat."""
        rolled_back = self._kept.rolled_back
        return {
            "applied_version": self._kept.good.version,
            "applying_version": self._kept.trial,
            "rolled_back": None if rolled_back is None else rolled_back.model_dump(),
            "effective": self._wanted.effective(),
            "armed_now": self._armed_now,
        }

    def offer(self, message: Mapping[str, Any]) -> None:
        """The server's newest settings: `settings` of the control connection, or its answer when asked."""
        try:
            self._offered = Version.model_validate(
                {name: message[name] for name in ("version", "settings", "time_zone")}
            )
        except (KeyError, ValueError) as error:
            logger.warning("settings that cannot be understood: %r", error)
            return
        self._news.set()

    def knows(self, version: int) -> bool:
        """Whether there is nothing to ask the server for."""
        rolled_back = self._kept.rolled_back
        known = {self._kept.good.version, self._kept.trial, None if rolled_back is None else rolled_back.version}
        return version in known

    async def run(self) -> None:
        """Try what is offered, and arm and disarm by the schedule, until cancelled."""
        while True:
            self._news.clear()
            try:
                offered, self._offered = self._offered, None
                if offered is not None and not self.knows(offered.version):
                    await self._take(offered)
                await self._keep_the_schedule()
                if self._offered is None:
                    await self._wait()
            except OSError as error:
                self._status.say_at_most(
                    "settings", f"The card fails ({error.strerror}): settings stay as they are.", 600
                )
                await asyncio.sleep(_FAILED_CARD_SECONDS)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_ARMING_EVERY_SECONDS):
                await self._news.wait()
        except TimeoutError:
            return

    async def _take(self, offered: Version) -> None:
        before = self._wanted
        try:
            wanted = lay_over(self._base, offered.settings, offered.time_zone)
        except WrongSettingsError as error:
            await self._roll_back(offered.version, "invalid", str(error))
            return
        reopens = _differ(before, wanted, REOPENING_FIELDS)
        if not reopens and before.settings.model_copy(update={"armed": wanted.settings.armed}) == wanted.settings:
            # Arming alone: nothing in it can harm, and it must work while the camera gives no picture.
            await self._note(Kept(good=offered))
            self._go_by(wanted, reopen=False)
            await self._say(f"Settings version {offered.version} taken: {self._word()}.")
            return
        await self._note(self._kept.model_copy(update={"trial": offered.version}))
        self._go_by(wanted, reopen=reopens)
        await self.tell(self.report())
        if await self._stays_healthy(wanted.settings.frames_per_second):
            await self._note(Kept(good=offered))
            await self._say(f"Settings version {offered.version} tried and kept.")
            return
        self._go_by(before, reopen=reopens)
        reason = f"No fresh pictures within {self._trial_seconds:.0f} s of the change."
        await self._roll_back(offered.version, "no_picture", reason)

    async def _stays_healthy(self, frames_per_second: float) -> bool:
        """Whether judged frames keep coming for a few seconds, within the time of the trial."""
        loop = asyncio.get_running_loop()
        late_seconds = max(_LATE_SECONDS, _LATE_FRAMES / frames_per_second)
        until, well_since, last = loop.time() + self._trial_seconds, None, loop.time()
        count = self._frames_judged()
        while (now := loop.time()) < until:
            await asyncio.sleep(_LOOK_SECONDS)
            seen, count = count, self._frames_judged()
            if count > seen:
                well_since = well_since if well_since is not None and now - last < late_seconds else now
                last = now
                if now - well_since >= _SETTLE_SECONDS:
                    return True
            elif count < seen or now - last >= late_seconds:
                well_since = None
        return False

    async def _keep_the_schedule(self) -> None:
        armed = self._armed()
        if armed != self._armed_now:
            self._armed_now = armed
            self._apply(self.settings, False)
            await self._say(f"By the schedule: {self._word()}.")

    async def _roll_back(self, version: int, code: str, reason: str) -> None:
        rolled_back = RolledBack(version=version, code=code, reason=reason)
        await self._note(Kept(good=self._kept.good, rolled_back=rolled_back))
        await self._say(f"Settings version {version} not used: {reason}")

    async def _note(self, kept: Kept) -> None:
        await self._blocking(self._file.save, kept)
        self._kept = kept

    async def _say(self, sentence: str) -> None:
        self._status.say(sentence)
        await self.tell(self.report())

    def _go_by(self, wanted: Wanted, *, reopen: bool) -> None:
        self._wanted = wanted
        self._armed_now = self._armed()
        self._apply(self.settings, reopen)

    def _armed(self) -> bool:
        """A clock that cannot be trusted must not disarm."""
        started = self._clock.started(self._clock.boot_id)
        wall_ns = None if started is None else started.wall_ns + self._clock.monotonic_ns()
        return self._wanted.settings.armed and self._wanted.schedule.armed_at(wall_ns)

    def _word(self) -> str:
        return "armed" if self._armed_now else "disarmed"

    def _recovered(self, kept: Kept) -> Kept:
        """A note of a trial says that the agent died in it."""
        if kept.trial is None:
            return kept
        reason = "The camera's program ended while it tried this version."
        rolled_back = RolledBack(version=kept.trial, code="restarted", reason=reason)
        recovered = Kept(good=kept.good, rolled_back=rolled_back)
        try:
            self._file.save(recovered)
        except OSError as error:
            logger.warning("cannot note the settings that were rolled back: %s", error)
        self._status.say(f"Settings version {kept.trial} not used: {reason}")
        return recovered

    def _laid_over_or_base(self, good: Version) -> Wanted:
        """What was good may not fit the settings file of today: then that alone counts."""
        try:
            return lay_over(self._base, good.settings, good.time_zone)
        except WrongSettingsError as error:
            reason = f"It does not fit the camera's settings file any more: {error}"[:300]
            self._kept = Kept(rolled_back=RolledBack(version=good.version, code="invalid", reason=reason))
            self._status.say(f"Settings version {good.version} not used: {reason}")
            return lay_over(self._base, {}, "UTC")


def _differ(one: Wanted, other: Wanted, names: tuple[str, ...]) -> bool:
    return any(getattr(one.settings, name) != getattr(other.settings, name) for name in names)


async def _nobody(report: Mapping[str, Any]) -> None:
    """Nobody listens (yet)."""
