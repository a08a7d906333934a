"""Asks acts that have started to stop, to stand still, or to go on (D8, D12)."""

import asyncio
import logging
from collections.abc import Callable
from typing import Literal

from .act import Act, call
from .clocks import Clock
from .conclude import end_of_stop
from .executor import Executor
from .facts import changed, fault, order_params
from .journal import Journal
from .models import CommandError
from .reporter import Reporter
from .sessions import Sessions

log = logging.getLogger("labloop_driver")


class Steering:
    """What an engine, a watchdog or a person may ask of acts."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        sessions: Sessions,
        reporter: Reporter,
        executor: Executor,
        gate: Callable[[], CommandError | None],
    ) -> None:
        self._journal, self._clock, self._sessions = journal, clock, sessions
        self._reporter, self._executor, self._gate = reporter, executor, gate

    def stop(self, command_id: str) -> None:
        """Asks a started command to stop; answers with the record as it is when it cannot be, or is being stopped already."""
        act = self._executor.find(command_id)
        if act is None or act.operation.stop is None or act.stopping is not None:
            self._answer(command_id)
            return
        act.stopping = asyncio.create_task(self._stop(act))

    async def pause(self, what: Literal["pause", "resume"], command_id: str | None = None) -> CommandError | None:
        """Has started acts stand still, or go on; without an id all of them. Returns why not; ends no act."""
        asked = [act for act in self._executor.started() if command_id in (None, act.command_id)]
        if not asked:
            what_not = "nothing is" if command_id is None else f"{command_id} is not"
            return fault("device.notRunning", f"{what_not} being carried out here")
        answers = await asyncio.gather(*(self._pause(what, act) for act in asked))
        return next((answer for answer in answers if answer is not None), None)

    async def _stop(self, act: Act) -> None:
        try:
            record = self._journal.find(act.command_id)
            if record is None or act.operation.stop is None or not self._has_contact(act):
                raise ConnectionError("without contact nobody knows whether there is anything to stop")
            # Durable before the first byte, as for the act itself: from now on "it is over" no longer means "it was done".
            evidence = (record.evidence or {}) | {"stopSentAt": self._clock.now()}
            self._journal.write(changed(record, evidence=evidence))
            context = self._executor.context_of(act, act.followed_over, record.baseline or {})
            found = await call(act.operation.stop, context, act.params)
            act.stopped = end_of_stop(act.operation, found, order_params(record), evidence)
            act.interrupt()
        except Exception as error:
            act.stopping = None
            log.warning("%s could not be stopped: %s", act.command_id, error)
            self._answer(act.command_id)

    async def _pause(self, what: Literal["pause", "resume"], act: Act) -> CommandError | None:
        hook = act.operation.pause if what == "pause" else act.operation.resume
        if hook is None:
            return fault("device.notPausable", f"{act.operation.name} cannot be paused")
        async with act.pausing:
            if not self._has_contact(act):
                message = f"{act.command_id} is not being watched: nobody knows whether it can be told to {what}"
                return fault("device.noContact", message)
            # A pause is harmless at any time; going on is motion, and what stands against a start stands against it.
            closed = self._gate() if what == "resume" else None
            if closed is not None:
                return closed
            if act.stopping is not None or act.is_halted:
                return fault("device.stopping", f"{act.command_id} is being stopped")
            record = self._journal.find(act.command_id) or act.record
            try:
                await call(hook, self._executor.context_of(act, act.followed_over, record.baseline or {}), act.params)
                return None
            except Exception as error:
                message = f"the instrument did not {what} {act.command_id}: {error}"
                return fault("device.pauseFailed", message)

    def _has_contact(self, act: Act) -> bool:
        return act.is_followed and self._sessions.is_up and act.followed_over is self._sessions.current

    def _answer(self, command_id: str) -> None:
        record = self._journal.find(command_id)
        if record is not None:
            self._reporter.report(record)
