"""What the rules D1, D2, D3 and D11 make of an `execute`: pure."""

from dataclasses import dataclass
from typing import Any

from .canonical import params_hash_of
from .clocks import Moment, instant
from .facts import End, accepted_record, fault, settled_record
from .journal import Head
from .models import CommandError, CommandRecord, Execute, RefusalCode
from .quantities import check_values, out_of_bounds
from .requirements import Requirements
from .shape import plain

_MOST_WAITING = 100
"""Chosen: more than any plan has on one device at once; bounds what a hostile engine can make it keep (I10)."""

_CLASSES = ("non-repeatable", "retry-safe", "idempotent")


@dataclass(frozen=True)
class Situation:
    """What the device knows at the moment an `execute` comes in."""

    device_id: str
    is_retained: bool
    is_reconciled: bool
    head: Head
    by_id: CommandRecord | None
    by_dseq: CommandRecord | None
    operations: dict[str, Any]
    holder_id: str | None
    is_contact_up: bool
    closed: CommandError | None
    requirements: Requirements
    waiting_count: int
    clock_offset_ms: float | None
    received: Moment


@dataclass(frozen=True)
class Refuse:
    """Answer without a trace in the journal: no proof about other copies."""

    code: RefusalCode
    message: str


@dataclass(frozen=True)
class Answer:
    """Say again what the journal says, and never act."""

    record: CommandRecord


@dataclass(frozen=True)
class Record:
    """Make it durable, then report it; if accepted, it may start before `start_by`."""

    record: CommandRecord
    start_by: float


def admit(execute: Execute, now: Situation) -> Refuse | Answer | Record:
    head = now.head
    if execute.device != now.device_id:
        return Refuse("wrong-device", f"this is {now.device_id}, not {execute.device}")
    if now.is_retained:
        return Refuse("retained", "a kept command would run again at every subscribe")
    if execute.epoch < head.fence:
        return Refuse("stale-epoch", f"epoch {execute.epoch} is below the fence {head.fence}")
    if not now.is_reconciled:
        return Refuse("not-reconciled", "this device has restarted: reconcile first")
    if now.by_id is not None:
        order = now.by_id.order
        if order is None or order.paramsHash == execute.paramsHash:
            return Answer(now.by_id)
        return Refuse("id-conflict", "this command id is known with other parameters")
    if execute.dseq <= head.watermark:
        return Refuse("pruned", f"commands up to number {head.watermark} are forgotten: it may have run")
    if now.by_dseq is not None:
        return Refuse("dseq-conflict", f"command number {execute.dseq} belongs to {now.by_dseq.commandId}")
    accepted = accepted_record(execute, now.received)
    transit_ms = now.received.at - instant(execute.issuedAt) - (now.clock_offset_ms or 0)
    start_by = now.received.at + execute.ttlMs - max(0, transit_ms)
    error = _objection(execute, now, transit_ms)
    if error is None:
        return Record(accepted, start_by)
    return Record(settled_record(accepted, now.received, End("rejected", "none", error=error)), start_by)


def _objection(execute: Execute, now: Situation, transit_ms: float) -> CommandError | None:
    """D3, cheapest and most telling first; None when nothing speaks against it."""
    params = plain(execute)["params"]
    if now.closed is not None:
        return now.closed
    if params_hash_of(execute.op, params) != execute.paramsHash:
        return fault("device.hashMismatch", "paramsHash is not that of op and params")
    operation = now.operations.get(execute.op)
    if operation is None:
        return fault("device.unknownOperation", f"no operation {execute.op} here, only {', '.join(now.operations)}")
    if _CLASSES.index(execute.retryClass) > _CLASSES.index(operation.retry):
        message = f"{execute.op} is {operation.retry}; {execute.retryClass} would loosen that"
        return fault("device.retryClassLaxer", message)
    # Bounds are judged together with those that came with the command.
    wrong = check_values(operation.params, params, bounded=False)
    if wrong:
        return fault("device.paramsInvalid", "; ".join(wrong), "infeasible")
    too_far = _beyond_limits(execute, operation.params, params)
    if too_far:
        return fault("device.limitExceeded", "; ".join(too_far), "infeasible")
    return _age_objection(execute, now, transit_ms) or _order_objection(now)


def _age_objection(execute: Execute, now: Situation, transit_ms: float) -> CommandError | None:
    is_strict = execute.retryClass == "non-repeatable"
    if now.clock_offset_ms is None and is_strict:
        message = "no heartbeat of the engine was heard since this driver started: nobody knows how old the order is"
        return fault("device.clockUnknown", message)
    if transit_ms >= execute.ttlMs:
        message = f"it is {transit_ms:g} ms old, and might be started within {execute.ttlMs} ms only"
        return fault("device.expired", message)
    # An order from the future of a clock that is known has another clock behind it.
    skew_ms = max(abs(now.clock_offset_ms or 0), -transit_ms)
    if skew_ms > execute.ttlMs / 2 and is_strict:
        message = f"the clocks disagree by {skew_ms:g} ms, more than half of its time to live: nobody knows its age"
        return fault("device.clockSkew", message)
    return None


def _order_objection(now: Situation) -> CommandError | None:
    if now.requirements.kind == "impossible":
        return fault("device.requirementUnmet", now.requirements.message)
    if now.requirements.kind == "waiting" and now.waiting_count >= _MOST_WAITING:
        return fault("busy", f"{now.waiting_count} commands wait for others already")
    # Whoever waits for others holds nothing, and takes its turn once they stand as they must.
    if now.requirements.kind == "met" and now.holder_id is not None:
        return fault("busy", f"{now.holder_id} has the device")
    if not now.is_contact_up:
        return fault("device.wireDown", "no connection to the instrument", "instrument")
    return None


def _beyond_limits(execute: Execute, specs: dict[str, Any], params: dict[str, Any]) -> list[str]:
    """What is beyond the device's own limits or those that came with the command: the tighter one counts."""
    sent = execute.safety.limits if execute.safety is not None and execute.safety.limits is not None else {}
    wrong = []
    for name in dict.fromkeys([*specs, *sent]):
        own, other = specs.get(name, {}), sent.get(name)
        lows = [own.get("minimum"), None if other is None else other.minimum]
        highs = [own.get("maximum"), None if other is None else other.maximum]
        minimum = max((low for low in lows if low is not None), default=None)
        maximum = min((high for high in highs if high is not None), default=None)
        value = params.get(name)
        number = value.get("value") if isinstance(value, dict) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            if other is not None:
                wrong.append(f"{name} has a limit and is no number")
            continue
        broken = out_of_bounds(number, minimum, maximum)
        if broken is not None:
            wrong.append(f"{name}: {broken}")
    return wrong
