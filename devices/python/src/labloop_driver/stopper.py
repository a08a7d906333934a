"""The E-STOP: while its latch is held nothing starts, and a restart does not undo it (S2)."""

import asyncio
import logging
import sqlite3
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from .clocks import Clock, back_off
from .device import Device
from .executor import Executor
from .facts import changed, fault
from .journal import Journal, Stop
from .models import CommandRecord
from .reporter import Reporter
from .sessions import Sessions

log = logging.getLogger("labloop_driver")


class Latch:
    """The latch as the journal has it; one that the journal does not take holds all the same."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.stop = journal.head.stop

    @property
    def is_held(self) -> bool:
        return self.stop.active

    def release(self, stop: Stop) -> bool:
        """Returns whether it is released, which needs the journal."""
        try:
            self._journal.write(stop=stop)
        except sqlite3.Error as error:
            log.error("the latch stays: its release cannot be written: %s", error)
            return False
        self.stop = stop
        return True


@dataclass(frozen=True)
class _Answer:
    stop_id: int
    took_ms: float
    command_ids: list[str]


class Stopper:
    """What a device does about an E-STOP."""

    def __init__(
        self,
        device: Device,
        journal: Journal,
        clock: Clock,
        latch: Latch,
        sessions: Sessions,
        executor: Executor,
        reporter: Reporter,
    ) -> None:
        self._device, self._journal, self._clock, self._latch = device, journal, clock, latch
        self._sessions, self._executor, self._reporter = sessions, executor, reporter
        self._answer: _Answer | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        """What an earlier process was told is carried out first: it may have died between the latch and the instrument."""
        if self._latch.is_held:
            self._begin(self._executor.held_ids())

    def take(self, stop: Stop) -> bool:
        """Takes the word of the topic or of a reconcile; returns whether a latched device was freed by it."""
        before = self._latch.stop
        if not stop.counts_more_than(before):
            # The engine repeats what was not answered.
            if stop.active and stop.stop_id == before.stop_id:
                self._say_stopped()
            return False
        if not stop.active:
            return self._latch.release(stop) and before.active
        command_ids = self._executor.held_ids()
        self._hold(stop)
        self._executor.interrupt()
        self._begin(command_ids)
        message = "an E-STOP came before it had started"
        self._executor.dismiss_accepted(fault("estop-latched", message))
        return False

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _hold(self, stop: Stop) -> None:
        mark = {"stopSentAt": self._clock.now()}
        started = self._executor.started() if self._device.halt_hook is not None else []
        command_ids = [act.command_id for act in started]
        self._latch.stop = stop
        try:
            self._journal.write(*self._marked(command_ids, mark), stop=stop)
        except sqlite3.Error as error:
            log.error("the latch cannot be written, and holds until this process ends: %s", error)
            self._keep(self._persist(stop, command_ids, mark))

    def _marked(self, command_ids: list[str], mark: dict[str, float]) -> list[CommandRecord]:
        """Durable with the latch: from now on "it is over" no longer means "it was done"."""
        records = [self._journal.find(command_id) for command_id in command_ids]
        return [
            changed(record, evidence=(record.evidence or {}) | mark)
            for record in records
            if record is not None and record.state == "started"
        ]

    async def _persist(self, stop: Stop, command_ids: list[str], mark: dict[str, float]) -> None:
        for wait_s in back_off(1, 60):
            await asyncio.sleep(wait_s)
            if self._latch.stop is not stop:
                return
            try:
                self._journal.write(*self._marked(command_ids, mark), stop=stop)
                return
            except sqlite3.Error as error:
                log.error("the latch cannot be written; trying again: %s", error)

    def _begin(self, command_ids: list[str]) -> None:
        self._keep(self._halt(command_ids))

    async def _halt(self, command_ids: list[str]) -> None:
        """S2: cuts motion on the session there is, or on the next one, until the instrument has taken it.

        Whether the stop still stands is asked right before each halt: once it is cleared, a halt would cut what somebody has
        begun since.
        """
        stop, received_at = self._latch.stop, self._clock.now()
        acting = [act for act in self._executor.held() if act.is_acting]
        waits = back_off(0.25, 15)
        while self._device.halt_hook is not None and self._latch.stop is stop:
            session = await self._sessions.next()
            if self._latch.stop is not stop:
                return
            try:
                await self._device.halt_hook(session)
                # What was being cut off may have sent a last byte after the halt had gone out.
                for act in acting:
                    await act.rested.wait()
                if acting and self._latch.stop is stop:
                    await self._device.halt_hook(session)
                break
            except Exception as error:
                log.error("the instrument did not take the stop: %s; trying again", error)
                self._sessions.drop(session)
            await asyncio.sleep(next(waits))
        if self._latch.stop is stop:
            self._answer = _Answer(stop.stop_id, self._clock.now() - received_at, command_ids)
            self._say_stopped()

    def _say_stopped(self) -> None:
        answer = self._answer
        if answer is None or answer.stop_id != self._latch.stop.stop_id:
            return
        records = [record for one in answer.command_ids if (record := self._journal.find(one)) is not None]
        running = [{"commandId": record.commandId, "state": record.state} for record in records]
        self._reporter.stopped(answer.stop_id, answer.took_ms, running)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
