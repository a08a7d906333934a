"""One start of a driver: joins its parts, and keeps them going until it is told to end."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from .caps import caps_of
from .clocks import Clock, EngineClock, LabClock
from .control import Control
from .device import Device
from .executor import Executor
from .facts import fault
from .health import HealthWatch
from .journal import Journal, Local
from .link import Broker, Link
from .local_control import LocalControl, local_control
from .models import CommandError
from .presence import Presence
from .probing import ProbeAnswers
from .reporter import Reporter
from .sessions import Sessions, config_of
from .steering import Steering
from .stopper import Latch, Stopper
from .telemetry import Telemetry
from .watchdog_timer import WatchdogTimer
from .world import World

log = logging.getLogger("labloop_driver")

_IDENTITY_WAIT_S = 5
"""How long the first birth waits for the instrument; then the device announces itself without."""


class Driver:
    """A device that listens to the engine. `journal` is its file; no other process may have it.

    With the `world` of a simulated lab it keeps the clock of that world, and its session's config gets the `host` and `port`
    at which the instrument is there.
    """

    def __init__(
        self,
        device: Device,
        *,
        device_id: str,
        lab: str,
        broker: Broker,
        journal: Path,
        config: dict[str, Any] | None = None,
        mode: Literal["real", "simulated"] = "real",
        world: World | None = None,
        serial: str | None = None,
        heartbeat_ms: int = 1_000,
        max_journal_bytes: int | None = None,
    ) -> None:
        given = config or {}
        settings_now = lambda: config_of(device, given if world is None else world.config_of(device_id, given))  # noqa: E731
        settings, anchor = settings_now(), None if world is None else world.anchor
        self._device, self._clock = device, Clock()
        self._serial, self._announced = serial, caps_of(device, serial, heartbeat_ms)
        self._journal = Journal(journal, max_bytes=max_journal_bytes)
        boot_id, self._engine_clock = secrets.token_hex(16), EngineClock()
        link: Callable[[], Link] = lambda: self._link  # noqa: E731
        parts = (self._journal, self._clock)
        self._latch = Latch(self._journal)
        self._reporter = Reporter(device_id, boot_id, *parts, link)
        self._sessions = Sessions(device, settings_now, self._on_session)
        lab_clock = LabClock(self._clock, anchor)
        is_latched = lambda: self._latch.is_held  # noqa: E731
        self._executor = Executor(
            device, device_id, settings, *parts, lab_clock, self._sessions, self._reporter, self._gate, is_latched
        )
        self._steering = Steering(*parts, self._sessions, self._reporter, self._executor, self._gate)
        self._stopper = Stopper(device, *parts, self._latch, self._sessions, self._executor, self._reporter)
        self._watchdog = WatchdogTimer(
            device, *parts, self._sessions, self._executor, self._steering, self._reporter, self._is_others
        )
        probes = ProbeAnswers(device, self._journal, self._sessions, self._executor, self._reporter)
        self._control = Control(
            device,
            device_id,
            *parts,
            self._engine_clock,
            self._sessions,
            self._executor,
            self._steering,
            self._stopper,
            self._watchdog,
            probes,
            self._reporter,
            self._gate,
        )
        self._local = LocalControl(device, *parts, self._sessions, self._executor, is_latched, self._on_local)
        self._health = HealthWatch(device, self._clock, self._sessions, lambda: self._executor.held_ids() != [])
        self._presence = Presence(
            device_id,
            boot_id,
            "simulated" if world is not None else mode,
            anchor,
            *parts,
            self._caps,
            link,
            running=self._executor.held_ids,
            degraded=self._degraded,
            clock_offset_ms=self._engine_clock.offset_ms,
            health=self._health.last_word,
            on_born=self._reporter.report_unacked,
        )
        self._telemetry = Telemetry(device, device_id, boot_id, self._clock, self._sessions, link)
        self._link = Link(
            broker,
            lab,
            device_id,
            will=self._presence.will,
            on_message=self._control.take,
            on_up=self._presence.on_up,
            on_down=self._presence.on_down,
        )
        self._ending = asyncio.Event()

    async def run(self) -> None:
        """Works until `end` is called. What an earlier process left unfinished is taken up first (D7)."""
        self._executor.recover(self._latch.is_held)
        self._stopper.resume()
        loops = [self._sessions.run(), self._link.run(), self._watchdog.run(), self._telemetry.run()]
        loops += [self._health.run(), self._introduce()]
        running = [asyncio.create_task(loop) for loop in loops]
        ending = asyncio.create_task(self._ending.wait())
        try:
            # A loop of the kit that dies takes the process with it: whoever supervises it starts a whole one.
            waiting = {ending, *running}
            while not ending.done():
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for loop in done:
                    loop.result()
        finally:
            self._executor.close()
            self._stopper.close()
            self._reporter.silence()
            await self._presence.say_goodbye()
            await self._link.flush()
            for loop in [ending, *running]:
                loop.cancel()
            await asyncio.gather(ending, *running, return_exceptions=True)
            self._journal.close()

    def end(self) -> None:
        """Announces the death and lets go; stops nothing on the instrument."""
        self._ending.set()

    def take_local(self, by: str) -> Local:
        """Gives the instrument to staff (D19); raises LocalRefused."""
        return self._local.take(by)

    async def return_local(self) -> None:
        """Gives it back to the engine; raises LocalRefused."""
        await self._local.give_back()

    def _gate(self) -> CommandError | None:
        """Why nothing at all may start now, asked at `execute` (D3) and right before the act (D4)."""
        if self._latch.is_held:
            stop_id = self._latch.stop.stop_id
            message = f"E-STOP {stop_id} stands: nothing is done before a person has cleared it"
            return fault("estop-latched", message)
        if self._journal.head.local is not None:
            return local_control(self._journal.head.local)
        silent_ms = self._watchdog.silent_ms()
        if silent_ms is not None:
            message = f"no heartbeat of the engine for {silent_ms:g} ms: nothing is started before it is back"
            return fault("device.engineSilent", message)
        return None

    def _is_others(self) -> bool:
        return self._latch.is_held or self._journal.head.local is not None

    def _degraded(self) -> str | None:
        if self._journal.is_failing:
            return "the device journal cannot be written"
        silent_ms = self._watchdog.silent_ms()
        if silent_ms is not None:
            return f"no heartbeat of the engine for {silent_ms:g} ms"
        return None if self._sessions.is_up else "no connection to the instrument"

    def _on_session(self) -> None:
        # What it is told to be called wins over what the instrument calls itself.
        known = self._sessions.identity
        told = self._serial or self._device.serial or known.serial
        self._announced = self._announced | {"serial": told, "firmware": known.firmware}
        self._presence.announce()

    def _caps(self) -> dict[str, Any]:
        return self._announced

    def _on_local(self, is_local: bool) -> None:
        # What the engine has sent meanwhile is of a lab that is no longer so.
        if not is_local:
            self._control.unreconcile()
        self._presence.announce()

    async def _introduce(self) -> None:
        await asyncio.sleep(_IDENTITY_WAIT_S)
        if not self._sessions.is_up:
            self._presence.announce()
