"""Carries commands out: one at a time, or side by side where they hold no lock in common (D14)."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from .act import Act, Context
from .act_journal import ActJournal
from .carry_out import CarryOut
from .clocks import Clock, LabClock
from .conclude import MOST_INLINE_BYTES, in_doubt
from .device import Device
from .facts import End, bytes_of, cancelled, changed, settled_record
from .journal import Journal
from .line import Line, are_serial
from .models import CommandError, CommandRecord
from .quantities import check_values, to_wire
from .reporter import Reporter
from .requirements import requirements_of
from .sessions import Sessions

log = logging.getLogger("labloop_driver")


class Executor:
    """The executor of one driver start."""

    def __init__(
        self,
        device: Device,
        device_id: str,
        config: Any,
        journal: Journal,
        clock: Clock,
        lab_clock: LabClock,
        sessions: Sessions,
        reporter: Reporter,
        gate: Callable[[], CommandError | None],
        is_latched: Callable[[], bool],
    ) -> None:
        self._device, self._device_id, self._config = device, device_id, config
        self._journal, self._clock, self._reporter = journal, clock, reporter
        self._lab_clock, self._sessions = lab_clock, sessions
        self._held: dict[str, Act] = {}
        self._waiting: dict[str, tuple[Act, float]] = {}
        self._expiries: dict[str, asyncio.TimerHandle] = {}
        self._settling: set[asyncio.Task[None]] = set()
        self._line = Line()
        self._carry = CarryOut(
            device,
            journal,
            ActJournal(journal, clock),
            clock,
            sessions,
            reporter,
            gate,
            is_latched,
            self.context_of,
            self._free,
            self.reconsider,
        )

    def held_ids(self) -> list[str]:
        """The commands that have, or are next in line for, what they hold; by turn."""
        return list(self._held)

    def held(self) -> list[Act]:
        return list(self._held.values())

    def started(self) -> list[Act]:
        return [act for act in self._held.values() if self._state_of(act.command_id) == "started"]

    def find(self, command_id: str) -> Act | None:
        return self._held.get(command_id)

    def waiting_count(self) -> int:
        return len(self._waiting)

    def holder_of(self, op: str) -> str | None:
        """The command that an operation would have to wait for, if any."""
        operation = self._device.operations.get(op)
        locks = None if operation is None else operation.locks
        return next((held.command_id for held in self._held.values() if are_serial(held.operation.locks, locks)), None)

    def begin(self, record: CommandRecord, start_by: float) -> None:
        """Takes a command that was just accepted; it may start before `start_by`."""
        act = self._act_of(record)
        requires = None if record.order is None else record.order.requires
        if requirements_of(requires, self._journal.find).kind == "met":
            self._start(act, start_by)
            return
        self._waiting[act.command_id] = (act, start_by)
        # Whoever waits for others cannot look at the clock.
        delay_s = max(0.0, (start_by - self._clock.now()) / 1_000)
        message = "its time to live was over before it could start"
        expire = partial(self._give_up, act, "device.expired", message)
        self._expiries[act.command_id] = asyncio.get_running_loop().call_later(delay_s, expire)

    def reconsider(self) -> None:
        """Looks again at what waits for other commands."""
        for command_id, (act, start_by) in list(self._waiting.items()):
            requires = None if act.record.order is None else act.record.order.requires
            requirements = requirements_of(requires, self._journal.find)
            if requirements.kind == "waiting":
                continue
            del self._waiting[command_id]
            if requirements.kind == "met":
                self._start(act, start_by)
            else:
                self._give_up(act, "device.requirementUnmet", requirements.message)

    def recover(self, is_latched: bool) -> None:
        """Settles what an earlier process left behind (D7): accepted is cancelled, started is probed or watched again."""
        for record in self._journal.unsettled():
            operation = None if record.order is None else self._device.operations.get(record.order.op)
            if record.state == "accepted":
                end = cancelled("device.restarted", "the driver restarted before it had started")
            elif operation is None:
                # Another driver version, which lost the operation and with it the way to look for evidence.
                end = in_doubt("this driver no longer knows the operation")
            else:
                act = self._act_of(record)
                act.is_halted = is_latched and self._device.halt_hook is not None
                self._take_turn(act, partial(self._carry.recover, act))
                continue
            self._journal.write(settled_record(record, self._clock.moment(), end))

    def release(self, command_id: str) -> None:
        """Tells that a command was cancelled before it had started, so that what it held is free."""
        self._free(command_id)

    def dismiss_accepted(self, error: CommandError) -> None:
        """Cancels everything that has not started; what cannot be journaled will not start either (D4)."""
        for command_id in [*self._held, *self._waiting]:
            record = self._journal.find(command_id)
            if record is None or record.state != "accepted":
                continue
            end = End("cancelled", "none", error=error)
            settled = settled_record(record, self._clock.moment(), end)
            try:
                self._journal.write(settled)
            except sqlite3.Error as failure:
                log.error("%s cannot be journaled as cancelled: %s", command_id, failure)
                continue
            self._free(command_id)
            self._reporter.report(settled)

    def interrupt(self) -> None:
        """Ends the wait for what has started, since an E-STOP came: what it came to is looked for instead (S3)."""
        for act in self._held.values():
            # Nothing on the instrument can be cut: what has begun goes on to its end, and is watched.
            if self._device.halt_hook is None and self._state_of(act.command_id) == "started":
                continue
            act.is_halted = True
            act.interrupt()

    async def idle(self) -> None:
        await self._line.idle()

    def close(self) -> None:
        """Stops waiting and watching; stops nothing on the instrument."""
        self._line.close()
        for timer in self._expiries.values():
            timer.cancel()
        for task in self._settling:
            task.cancel()

    def context_of(self, act: Act, session: Any, baseline: dict[str, Any]) -> Context:
        return Context(
            self._device_id,
            act.command_id,
            self._config,
            session,
            baseline,
            log,
            self._lab_clock,
            lambda fraction: self._progress(act, fraction),
            lambda values: self._partial(act, values),
        )

    def _progress(self, act: Act, fraction: float) -> None:
        if self._held.get(act.command_id) is act:
            self._reporter.progress(act.command_id, fraction)

    def _partial(self, act: Act, given: dict[str, Any]) -> None:
        """D20: durable first, then reported, as an end is; what is not as announced is left out, and the act goes on."""
        record = self._journal.find(act.command_id) if self._held.get(act.command_id) is act else None
        if record is None or record.state != "started":
            return
        values = to_wire(act.operation.result, given)
        specs = {name: spec for name, spec in act.operation.result.items() if name in given}
        wrong = check_values(specs, values)
        if not wrong and bytes_of(values) > MOST_INLINE_BYTES:
            wrong.append(f"more than {MOST_INLINE_BYTES} bytes")
        if wrong:
            log.error("a part of the result of %s is not as announced, and left out: %s", act.command_id, wrong)
            return
        seq = 1 if record.partial is None else record.partial.seq + 1
        part = changed(record, partial={"seq": seq, "values": values}, tMono=self._clock.t_mono())
        try:
            self._journal.write(part)
        except sqlite3.Error as error:
            log.error("a part of the result of %s could not be journaled, and is left out: %s", act.command_id, error)
            return
        self._reporter.report(part)

    def _act_of(self, record: CommandRecord) -> Act:
        assert record.order is not None
        return Act(record.commandId, self._device.operations[record.order.op], record)

    def _start(self, act: Act, start_by: float) -> None:
        timer = self._expiries.pop(act.command_id, None)
        if timer is not None:
            timer.cancel()
        self._take_turn(act, partial(self._carry.carry_out, act, start_by))

    def _take_turn(self, act: Act, carry: Callable[[], Any]) -> None:
        self._held[act.command_id] = act
        act.carrier = self._line.join(act.command_id, act.operation.locks, carry)

    def _give_up(self, act: Act, code: str, message: str) -> None:
        """An accepted command that ends without having started."""
        act.is_given_up = True
        task = asyncio.create_task(self._carry.settle(act, cancelled(code, message)))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    def _free(self, command_id: str) -> None:
        act = self._held.pop(command_id, None)
        if act is not None:
            act.over.set()
        self._waiting.pop(command_id, None)
        timer = self._expiries.pop(command_id, None)
        if timer is not None:
            timer.cancel()
        self.reconsider()

    def _state_of(self, command_id: str) -> str | None:
        record = self._journal.find(command_id)
        return None if record is None else record.state
