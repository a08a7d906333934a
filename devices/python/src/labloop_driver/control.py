"""Listens to the engine and does what the contract's rules say."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any

from .admit import Answer, Refuse, Situation, admit
from .clocks import Clock, EngineClock, instant
from .codec import Delivery, Malformed
from .device import Device
from .executor import Executor
from .facts import cancelled, cancelled_unseen, settled_record, snapshot_parts
from .journal import Journal, Prune, Stop
from .models import Ack, CancelCommand, CommandError, EngineHeartbeat, Estop, Execute, GetBlob, OpenCommand, Reconcile
from .probing import ProbeAnswers
from .reporter import Reporter
from .requirements import requirements_of
from .sessions import Sessions
from .steering import Steering
from .stopper import Stopper
from .watchdog_timer import WatchdogTimer

log = logging.getLogger("labloop_driver")

_KEEP_RECORDS = 10_000
_KEEP_MS = 30 * 24 * 3_600_000
_PRUNE_EVERY_ACKS = 1_000
_MOST_PARTS = 100


class Control:
    """The command loop of one driver start."""

    def __init__(
        self,
        device: Device,
        device_id: str,
        journal: Journal,
        clock: Clock,
        engine_clock: EngineClock,
        sessions: Sessions,
        executor: Executor,
        steering: Steering,
        stopper: Stopper,
        watchdog: WatchdogTimer,
        probes: ProbeAnswers,
        reporter: Reporter,
        gate: Callable[[], CommandError | None],
    ) -> None:
        self._device, self._device_id, self._journal, self._clock = device, device_id, journal, clock
        self._engine_clock, self._sessions, self._executor = engine_clock, sessions, executor
        self._steering, self._stopper, self._watchdog = steering, stopper, watchdog
        self._probes, self._reporter, self._gate = probes, reporter, gate
        self._reconciled_by: str | None = None
        self._assembled: tuple[Any, dict[int, list[OpenCommand]]] = (None, {})
        self._acks_since_prune = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def unreconcile(self) -> None:
        """Refuses `execute` until the next `reconcile` was answered, as after a boot (D11)."""
        self._reconciled_by = None

    def take(self, arrived: Delivery | Malformed) -> None:
        if isinstance(arrived, Malformed):
            self._reporter.refuse(arrived.code, arrived.why, command_id=arrived.command_id)
        elif isinstance(arrived.message, Execute):
            self._on_execute(arrived.message, arrived.retained)
        elif isinstance(arrived.message, EngineHeartbeat):
            self._on_heartbeat(arrived.message, arrived.retained)
        elif isinstance(arrived.message, Estop):
            self._on_stop(Stop(arrived.message.stopId, arrived.message.active))
        else:
            self._on_control(arrived.message, arrived.retained)

    def _on_execute(self, execute: Execute, retained: bool) -> None:
        journal, executor = self._journal, self._executor
        verdict = admit(
            execute,
            Situation(
                device_id=self._device_id,
                is_retained=retained,
                is_reconciled=self._reconciled_by is not None,
                head=journal.head,
                by_id=journal.find(execute.commandId),
                by_dseq=journal.find_by_dseq(execute.dseq),
                operations=self._device.operations,
                holder_id=executor.holder_of(execute.op),
                is_contact_up=self._sessions.is_up,
                closed=self._gate(),
                requirements=requirements_of(execute.requires, journal.find),
                waiting_count=executor.waiting_count(),
                clock_offset_ms=self._engine_clock.offset_ms(),
                received=self._clock.moment(),
            ),
        )
        if isinstance(verdict, Refuse):
            self._reporter.refuse(verdict.code, verdict.message, command_id=execute.commandId)
        elif isinstance(verdict, Answer):
            self._reporter.report(verdict.record)
        elif self._write(verdict.record, fence=execute.epoch, command_id=execute.commandId):
            self._reporter.report(verdict.record)
            if verdict.record.state == "accepted":
                executor.begin(verdict.record, verdict.start_by)
            executor.reconsider()

    def _on_control(self, control: Any, retained: bool) -> None:
        about = {"rid": getattr(control, "rid", None), "command_id": getattr(control, "commandId", None)}
        fence = self._journal.head.fence
        if retained:
            self._reporter.refuse("retained", "a kept control message would be obeyed at every subscribe", **about)
            return
        if control.epoch < fence:
            message = f"epoch {control.epoch} is below the fence {fence}"
            self._reporter.refuse("stale-epoch", message, **about)
            return
        match control.kind:
            case "reconcile":
                self._on_reconcile(control)
            case "cancel":
                self._on_cancel(control)
            case "ack":
                self._on_ack(control)
            case "probe":
                self._probes.answer(control)
            case "get-blob":
                self._on_get_blob(control)
            # D12: durable before the message is obeyed, so that an older engine is refused by the next process too.
            case _ if control.epoch > fence and not self._write(fence=control.epoch, rid=control.rid):
                return
            case "fence":
                self._reporter.control_result(control.rid, None)
            case _:
                self._keep(self._on_pause(control))

    def _on_reconcile(self, reconcile: Reconcile) -> None:
        rid, journal_id = reconcile.rid, self._journal.head.journal_id
        if reconcile.journalId is not None and reconcile.journalId != journal_id:
            # Asked before this journal was made: what was sent with it may run again, since its trace is lost (E9).
            message = f"it was asked of the journal {reconcile.journalId}, which this device has no more"
            self._reporter.refuse("not-reconciled", message, rid=rid)
            return
        if reconcile.part >= reconcile.parts or reconcile.parts > _MOST_PARTS:
            message = f"part {reconcile.part} of {reconcile.parts} cannot be"
            self._reporter.refuse("malformed", message, rid=rid)
            return
        open_commands = self._assemble(reconcile)
        if open_commands is None:
            return
        if reconcile.estop is not None:
            self._on_stop(Stop(reconcile.estop.stopId, reconcile.estop.active))
        if not self._write(fence=reconcile.epoch, rid=rid):
            return
        parts = snapshot_parts(open_commands, self._journal.find, self._journal.unacked())
        # From here on, not from the broker's word: the engine may have the snapshot, and send, before that comes back.
        self._reconciled_by = rid
        self._keep(self._say_snapshot(rid, parts))

    async def _say_snapshot(self, rid: str, parts: list[dict[str, Any]]) -> None:
        if not await self._reporter.snapshot(rid, parts) and self._reconciled_by == rid:
            self._reconciled_by = None

    def _assemble(self, part: Reconcile) -> list[OpenCommand] | None:
        """Works on one request at a time: a newer `rid` or epoch drops what came of the one before."""
        key = (part.epoch, part.parts, part.rid)
        known, parts = self._assembled
        if key != known:
            parts = {}
        parts[part.part] = part.open
        self._assembled = (key, parts)
        if len(parts) < part.parts:
            return None
        self._assembled = (None, {})
        return [command for index in sorted(parts) for command in parts[index]]

    def _on_stop(self, stop: Stop) -> None:
        # Copies of what was sent before the stop may still be under way: they are kept out until the new epoch is here.
        if self._stopper.take(stop):
            self._reconciled_by = None

    def _on_heartbeat(self, beat: EngineHeartbeat, retained: bool) -> None:
        # Of every cell: only the one that this device listens to can have an epoch that counts.
        if retained or beat.epoch < self._journal.head.fence:
            return
        self._engine_clock.heard(beat.epoch, instant(beat.at), self._clock.now())
        self._watchdog.heard()

    def _on_cancel(self, cancel: CancelCommand) -> None:
        record, head = self._journal.find(cancel.commandId), self._journal.head
        about = {"command_id": cancel.commandId}
        if record is None:
            holder = self._journal.find_by_dseq(cancel.dseq)
            if cancel.dseq <= head.watermark:
                self._reporter.refuse("pruned", f"commands up to number {head.watermark} are forgotten", **about)
            elif holder is not None:
                message = f"command number {cancel.dseq} belongs to {holder.commandId}"
                self._reporter.refuse("dseq-conflict", message, **about)
            else:
                tombstone = cancelled_unseen(cancel, self._clock.moment())
                if self._write(tombstone, fence=cancel.epoch, **about):
                    self._reporter.report(tombstone)
                    self._executor.reconsider()
        elif record.state == "accepted":
            end = cancelled("device.cancelled", cancel.reason)
            settled = settled_record(record, self._clock.moment(), end)
            if self._write(settled, fence=cancel.epoch, **about):
                self._executor.release(cancel.commandId)
                self._reporter.report(settled)
        elif record.state == "started" and self._journal.head.local is None:
            self._steering.stop(cancel.commandId)
        else:
            self._reporter.report(record)

    def _on_ack(self, ack: Ack) -> None:
        records = [record for one in ack.commandIds if (record := self._journal.find(one)) is not None]
        # A part of a result that somebody has taken is not said again; the journal knows of ends alone.
        self._reporter.acknowledged(record.commandId for record in records if record.settledAt is None)
        acked = [record.commandId for record in records if record.settledAt is not None and not record.isAcked]
        if not acked:
            return
        self._acks_since_prune += len(acked)
        is_due = self._acks_since_prune >= _PRUNE_EVERY_ACKS
        prune = Prune(_KEEP_RECORDS, self._clock.now() - _KEEP_MS) if is_due else None
        if not self._write(fence=ack.epoch, acked=acked, prune=prune):
            return
        if is_due:
            self._acks_since_prune = 0
        self._reporter.acknowledged(acked)

    def _on_get_blob(self, wanted: GetBlob) -> None:
        chunk = self._journal.results.chunk(wanted.sha256, wanted.idx)
        if chunk is None:
            self._reporter.refuse("malformed", f"no chunk {wanted.idx} of a result {wanted.sha256} is kept here")
        else:
            self._reporter.blob(wanted.sha256, wanted.idx, *chunk)

    async def _on_pause(self, control: Any) -> None:
        # Who has the instrument decides whether it moves.
        closed = self._gate() if self._journal.head.local is not None else None
        error = closed or await self._steering.pause(control.kind, control.commandId)
        self._reporter.control_result(control.rid, error)

    def _write(self, *records: Any, command_id: str | None = None, rid: str | None = None, **change: Any) -> bool:
        """Makes a change durable; False, and refused, when the journal does not take it (D10)."""
        try:
            self._journal.write(*records, **change)
            return True
        except sqlite3.Error as error:
            log.error("the device journal cannot be written: %s", error)
            message = "the device journal cannot be written"
            self._reporter.refuse("journal-unavailable", message, command_id=command_id, rid=rid)
            return False

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
