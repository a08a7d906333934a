"""Answers `probe` with what the instrument shows of one command; changes no record, whatever it finds."""

import asyncio
import logging

from .act import Act, call
from .conclude import MOST_INLINE_BYTES, doubt_of, end_of_finding, outcome_of, plain_evidence
from .device import Device
from .endings import CannotTell, Finding, Happened, NotHappened, StillRunning
from .executor import Executor
from .facts import bytes_of, order_params, was_stop_sent
from .journal import Journal
from .models import CommandRecord, Probe
from .reporter import Reporter
from .sessions import Sessions

log = logging.getLogger("labloop_driver")


class ProbeAnswers:
    """The probes of one driver start."""

    def __init__(
        self, device: Device, journal: Journal, sessions: Sessions, executor: Executor, reporter: Reporter
    ) -> None:
        self._device, self._journal, self._sessions = device, journal, sessions
        self._executor, self._reporter = executor, reporter
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, probe: Probe) -> None:
        task = asyncio.create_task(self._answer(probe))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, probe: Probe) -> None:
        record = self._journal.find(probe.commandId)
        finding = self._from_journal(record)
        if finding is None and record is not None:
            finding = await self._from_instrument(record)
        finding = finding or CannotTell()
        evidence = plain_evidence(finding.evidence)
        if isinstance(finding, Happened) and record is not None and record.order is not None:
            # The result rides along as evidence: whoever settles the doubt needs it.
            operation = self._device.operations[record.order.op]
            end = end_of_finding(operation, finding, order_params(record), False, "")
            if end is not None and end.result is not None:
                evidence["ending"] = {"state": end.state, "result": end.result, "executed": end.executed}
        outcome, decisive = outcome_of(finding)
        size = bytes_of(evidence)
        if size > MOST_INLINE_BYTES:
            reason = f"what was found takes {size} bytes, more than an answer has room for"
            evidence = {"found": outcome, "reason": reason}
            outcome, decisive = outcome_of(CannotTell())
        self._reporter.probe_result(probe.rid, probe.commandId, outcome, decisive, evidence)

    def _from_journal(self, record: CommandRecord | None) -> Finding | None:
        """What can be said without asking the instrument; None when it must be asked."""
        if record is None:
            return CannotTell({"reason": "this device has never seen the command"})
        if record.startedJseq is None or record.order is None:
            return NotHappened({"reason": "never started", "state": record.state})
        if self._executor.find(record.commandId) is not None:
            if not self._sessions.is_up:
                return CannotTell({"reason": "no connection to the instrument"})
            return StillRunning({"reason": "it is being watched"})
        holder_id = self._executor.holder_of(record.order.op)
        if holder_id is not None:
            return CannotTell({"reason": f"{holder_id} has the device"})
        # A counter that went up, a value that came in: after another act it proves nothing about this one.
        if self._journal.has_started_after(record.startedJseq):
            return CannotTell({"reason": "another command was started after this one"})
        return None

    async def _from_instrument(self, record: CommandRecord) -> Finding:
        operation = None if record.order is None else self._device.operations.get(record.order.op)
        if operation is None or operation.probe is None:
            return CannotTell({"reason": "this device cannot look for evidence of it"})
        if not self._sessions.is_up:
            return CannotTell({"reason": "no connection to the instrument"})
        act = Act(record.commandId, operation, record)
        context = self._executor.context_of(act, self._sessions.current, record.baseline or {})
        try:
            finding = await call(operation.probe, context, act.params)
        except Exception as error:
            return CannotTell({"reason": str(error) or type(error).__name__})
        # Another act may have begun while the instrument was asked.
        now = self._journal.find(record.commandId) or record
        doubt = doubt_of(finding, was_stop_sent(now))
        if doubt is not None:
            finding = CannotTell(finding.evidence | {"reason": doubt, "found": outcome_of(finding)[0]})
        return self._from_journal(now) or finding
