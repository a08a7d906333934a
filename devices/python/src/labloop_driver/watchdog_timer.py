"""What a device does about an engine that falls silent (D15)."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable

from .act import Act
from .clocks import Clock
from .device import Device
from .executor import Executor
from .facts import changed, fault
from .journal import Journal
from .reporter import Reporter
from .sessions import Sessions
from .steering import Steering

log = logging.getLogger("labloop_driver")


class WatchdogTimer:
    """Listens for silence, counted from now or from the last heartbeat.

    With `finish`, or nothing declared, there is nothing to do: what has started ends, and nothing starts past its time to
    live. With the other two nothing is started before the engine is back; what was held goes on when it says so.
    """

    def __init__(
        self,
        device: Device,
        journal: Journal,
        clock: Clock,
        sessions: Sessions,
        executor: Executor,
        steering: Steering,
        reporter: Reporter,
        is_others: Callable[[], bool],
    ) -> None:
        self._device, self._journal, self._clock = device, journal, clock
        self._sessions, self._executor, self._steering = sessions, executor, steering
        self._reporter, self._is_others = reporter, is_others
        self._last_heard_at = clock.now()
        self._heard = asyncio.Event()
        self._is_silent = False

    def heard(self) -> None:
        """Takes a heartbeat whose epoch is not below the fence."""
        self._last_heard_at = self._clock.now()
        self._is_silent = False
        self._heard.set()

    def silent_ms(self) -> float | None:
        """For how long there was none, when that is too long."""
        return self._clock.now() - self._last_heard_at if self._is_silent else None

    async def run(self) -> None:
        watchdog, after_ms = self._device.watchdog, self._device.watchdog_ms
        if watchdog is None or after_ms is None or watchdog.then == "finish":
            return
        while True:
            self._heard.clear()
            try:
                async with asyncio.timeout(after_ms / 1_000):
                    await self._heard.wait()
            except TimeoutError:
                self._is_silent = True
                await self._bark(watchdog.then, f"no heartbeat of the engine for {watchdog.after}")
                await self._heard.wait()

    async def _bark(self, then: str, message: str) -> None:
        if self._is_others():
            return
        log.warning("%s: %s", message, then)
        started = self._executor.started()
        self._executor.dismiss_accepted(fault("device.engineSilent", message))
        # An instrument at rest stays as it is: people may have their hands in it.
        if not started:
            return
        try:
            await (self._hold(started) if then == "hold" else self._safe_park(started))
        except Exception as error:
            log.error("the watchdog could not %s: %s", then, error)

    async def _hold(self, acts: list[Act]) -> None:
        for act in acts:
            refusal = await self._steering.pause("pause", act.command_id)
            if refusal is not None:
                log.warning("%s goes on without the engine: %s", act.command_id, refusal.message)
                continue
            record = self._journal.find(act.command_id)
            if record is None or record.state != "started":
                continue
            mark = {"heldAt": self._clock.now(), "heldBecause": "engine silent"}
            held = changed(record, evidence=(record.evidence or {}) | mark)
            try:
                self._journal.write(held)
            except sqlite3.Error as error:
                log.error("that %s is held could not be journaled: %s", act.command_id, error)
                continue
            self._reporter.report(held)

    async def _safe_park(self, acts: list[Act]) -> None:
        for act in acts:
            self._steering.stop(act.command_id)
        await self._executor.idle()
        is_free = self._is_silent and self._sessions.is_up and not self._is_others() and not self._executor.held_ids()
        if is_free and self._device.park_hook is not None:
            await self._device.park_hook(self._sessions.current)
