"""Carries one act out, baseline to end, and looks for evidence where its end is not known."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .act import Act, Context, call
from .act_journal import ActJournal
from .canonical import canonical_json
from .claims import Claim, claim_of_act
from .clocks import Clock, back_off
from .conclude import end_of_finding, failed, in_doubt, plain_evidence, succeeded
from .device import Device
from .endings import CannotTell, Evidence, Failed
from .facts import End, cancelled, order_params, started_record, was_stop_sent
from .journal import Journal
from .models import CommandError
from .reporter import Reporter
from .requirements import requirements_of
from .sessions import Sessions

log = logging.getLogger("labloop_driver")

_PROBE_TRIES = 3
"""How often `probe` may fail over a session that stays open before the command is given up as in doubt."""

_ASK_AGAIN_S = 1
"""Chosen: how often an act that is found running is asked after."""


class CarryOut:
    """Carries acts out, for the executor."""

    def __init__(
        self,
        device: Device,
        journal: Journal,
        acts: ActJournal,
        clock: Clock,
        sessions: Sessions,
        reporter: Reporter,
        gate: Callable[[], CommandError | None],
        is_latched: Callable[[], bool],
        context_of: Callable[[Act, Any, Evidence], Context],
        free: Callable[[str], None],
        on_started: Callable[[], None],
    ) -> None:
        self._device, self._journal, self._acts, self._clock = device, journal, acts, clock
        self._sessions, self._reporter, self._gate = sessions, reporter, gate
        self._is_latched = is_latched
        self._context_of, self._free, self._on_started = context_of, free, on_started

    async def carry_out(self, act: Act, start_by: float) -> None:
        """Carries out an accepted act, which may start before `start_by`."""
        record = self._journal.find(act.command_id)
        if act.is_given_up or record is None or record.state != "accepted":
            return
        if not self._sessions.is_up:
            lost = "contact was lost before the command started"
            await self.settle(act, cancelled("device.wireDown", lost, "instrument"))
            return
        session = self._sessions.current
        hook = act.operation.baseline
        try:
            read = {} if hook is None else await call(hook, self._context_of(act, session, {}), act.params)
            baseline = plain_evidence(read)
        except Exception as error:
            if _is_of_the_line(error):
                self._sessions.drop(session)
            unread = f"nothing has moved: {_text_of(error)}"
            await self.settle(act, cancelled("device.baselineFailed", unread, "instrument"))
            return
        context = self._context_of(act, session, baseline)
        act.is_followed, act.followed_over = True, session
        try:
            end = await self._launch(act, context, start_by)
        finally:
            act.is_followed = False
        now = self._journal.find(act.command_id)
        if end is not None:
            await self.settle(act, end)
        # A failed write may have reached the disk after all: then the instrument is asked, as after a restart.
        elif now is not None and now.state == "started":
            await self.recover(act)

    async def recover(self, act: Act) -> None:
        """D7: looks for evidence as soon as there is a session, then settles, or goes on watching what still runs."""
        failures = 0
        waits = back_off(0.25, 15)
        while True:
            session = await self._sessions.next()
            act.woken.clear()
            baseline = (self._journal.find(act.command_id) or act.record).baseline or {}
            context = self._context_of(act, session, baseline)
            act.is_followed, act.followed_over = True, session
            end, is_running = None, False
            try:
                # Whatever the operation has sent while it was being cut off, it is cut again before anybody looks; once the
                # stop is cleared that would cut what was begun since (S2).
                if act.is_halted and self._is_latched() and self._device.halt_hook is not None:
                    await self._device.halt_hook(session)
                hook = act.operation.probe
                finding = CannotTell() if hook is None else await call(hook, context, act.params)
                end = act.stopped or self._end_of(act, finding)
                is_running = end is None
            except Exception as error:
                log.warning("the search for evidence of %s failed: %s", act.command_id, _text_of(error))
                failures += 1
                # Over a lost session the question stays open; an instrument that answers nonsense will go on doing so.
                if self._sessions.is_up and self._sessions.current is session and failures >= _PROBE_TRIES:
                    end = in_doubt(f"the search for evidence failed {failures} times: {_text_of(error)}")
                self._sessions.drop(session)
            if end is None:
                await self._until_woken(act, _ASK_AGAIN_S if is_running else next(waits))
                end = await self._stopped(act)
            act.is_followed = False
            if end is not None:
                await self.settle(act, end)
                return

    async def settle(self, act: Act, end: End) -> None:
        # Where the journal could not take the mark of the halt before the end, the end itself bears it.
        if act.is_halted:
            end = replace(end, evidence={"stopSentAt": self._clock.now()} | (end.evidence or {}))
        record = await self._acts.settle(act.command_id, end, lambda: self._free(act.command_id))
        if record is not None:
            self._reporter.report(record)

    async def _launch(self, act: Act, context: Context, start_by: float) -> End | None:
        """D4: checks again, makes `started` durable, and calls the operation in the same step of the event loop, so that
        nothing can come in between. None when evidence must be looked for, or when nothing is left to do.
        """
        for wait_s in back_off(0.25, 15):
            record = self._journal.find(act.command_id)
            if act.is_given_up or record is None or record.state != "accepted":
                return None
            why_not = self._why_not(act, context, start_by)
            if why_not is not None:
                return why_not
            head = self._journal.head
            started = started_record(record, self._clock.moment(), context.baseline, head.jseq + 1)
            was_failing = self._journal.is_failing
            try:
                self._journal.write(started)
            except sqlite3.Error as error:
                if not was_failing:
                    message = "the device journal cannot be written, so the command does not start"
                    self._reporter.refuse("journal-unavailable", message, command_id=act.command_id)
                log.error("%s cannot be journaled as started: %s; trying again", act.command_id, error)
                await asyncio.sleep(wait_s)
                continue
            self._reporter.report(started)
            self._on_started()
            return await self._perform(act, context)
        return None

    async def _perform(self, act: Act, context: Context) -> End | None:
        params = order_params(act.record)
        end: End | None = None
        act.is_acting = True
        act.rested.clear()
        claim_of_act.set(Claim())
        try:
            end = succeeded(act.operation, await act.operation.run(context, **act.params), params)
        except Failed as failure:
            end = failed(act.operation, failure)
            if _is_of_the_line(failure):
                self._sessions.drop(context.session)
        except asyncio.CancelledError:
            # At shutdown nobody has interrupted the act: the record stays started.
            if not act.woken.is_set():
                raise
            if act.carrier is not None:
                act.carrier.uncancel()
        except Exception as error:
            log.warning("%s was left by its driver: %s", act.command_id, _text_of(error), exc_info=error)
            # An act that is being stopped may well end in an exception: nothing is wrong with its session.
            if act.stopping is None and not act.is_halted:
                self._sessions.drop(context.session)
        finally:
            act.is_acting = False
            act.rested.set()
        # While a stop is under way its word counts, and after one without a word evidence: an act cut short may look like one
        # that is over.
        stopped = await self._stopped(act)
        if stopped is not None:
            return stopped
        is_unsure = end is not None and end.state == "succeeded" and self._was_stopped(act)
        return None if act.is_halted or is_unsure else end

    def _why_not(self, act: Act, context: Context, start_by: float) -> End | None:
        record, order = act.record, act.record.order
        wrong = _unmet((order.precond if order is not None else None) or {}, context.baseline)
        if wrong:
            return cancelled("device.preconditionUnmet", f"nothing has moved: {wrong}")
        fence = self._journal.head.fence
        if record.epoch < fence:
            message = f"epoch {record.epoch} fell below the fence {fence} before it started"
            return cancelled("device.staleEpoch", message)
        closed = self._gate()
        if closed is not None:
            return End("cancelled", "none", error=closed)
        requirements = requirements_of(None if order is None else order.requires, self._journal.find)
        if requirements.kind != "met":
            return cancelled("device.requirementUnmet", requirements.message or "what it requires is no longer so")
        if self._clock.now() >= start_by:
            return cancelled("device.expired", "its time to live was over before it could start")
        if not self._sessions.is_up or self._sessions.current is not context.session:
            message = "contact was lost after the baseline had been read"
            return cancelled("device.wireDown", message, "instrument")
        return None

    def _end_of(self, act: Act, finding: Any) -> End | None:
        record = self._journal.find(act.command_id) or act.record
        is_stopped = self._was_stopped(act)
        because = "an E-STOP came" if act.is_halted else "contact was lost"
        return end_of_finding(act.operation, finding, order_params(record), is_stopped, because)

    def _was_stopped(self, act: Act) -> bool:
        return act.is_halted or was_stop_sent(self._journal.find(act.command_id) or act.record)

    async def _stopped(self, act: Act) -> End | None:
        if act.stopping is not None:
            await asyncio.wait([act.stopping])
        return act.stopped

    async def _until_woken(self, act: Act, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                await act.woken.wait()
        except TimeoutError:
            pass


def _unmet(precond: dict[str, Any], baseline: Evidence) -> str:
    """In what the baseline is not what the command expects (D3)."""
    wrong = []
    for name, expected in precond.items():
        is_known = name in baseline
        if is_known and canonical_json(baseline[name]) == canonical_json(expected):
            continue
        found = canonical_json(baseline[name]) if is_known else "unknown"
        wrong.append(f"{name} should be {canonical_json(expected)} and is {found}")
    return "; ".join(wrong)


def _text_of(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _is_of_the_line(error: BaseException) -> bool:
    """Whether a session is of no more use after it."""
    return isinstance(error, OSError) or isinstance(error.__cause__, OSError)
