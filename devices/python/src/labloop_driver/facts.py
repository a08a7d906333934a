"""The records of commands, from their acceptance to their end, and what reports say of them."""

import json
from dataclasses import dataclass
from typing import Any

from .clocks import Moment, timestamp
from .endings import Evidence
from .models import CancelCommand, CommandError, CommandRecord, CommandState, Execute, OpenCommand, Physical
from .shape import plain

# Half of what a report may take, in bytes; and what it has room for beside 192 KiB of results (contract section 4).
_MOST_PART_BYTES = 128 * 1024
_MOST_EVIDENCE_BYTES = 32 * 1024
_MOST_MESSAGE_BYTES = 8 * 1024
_SHOWN_BYTES = 2 * 1024


@dataclass(frozen=True)
class Large:
    """A result that goes by reference."""

    sha256: str
    content: bytes


@dataclass(frozen=True)
class End:
    """What the end of a command says."""

    state: CommandState
    physical: Physical
    result: dict[str, Any] | None = None
    large: Large | None = None
    executed: dict[str, Any] | None = None
    evidence: Evidence | None = None
    error: CommandError | None = None


def fault(code: str, message: str, of: str = "crash") -> CommandError:
    return CommandError.model_validate({"code": code, "message": message, "class": of})


def cancelled(code: str, message: str, of: str = "crash") -> End:
    """The end of a command that had not started: no matter has moved."""
    return End("cancelled", "none", error=fault(code, message, of))


def accepted_record(execute: Execute, moment: Moment) -> CommandRecord:
    said = plain(execute)
    kept = ("op", "params", "paramsHash", "retryClass", "ttlMs", "maxDurationMs", "requires", "precond")
    order = {name: said[name] for name in kept if name in said}
    if execute.safety is not None:
        order["envelopeHash"] = execute.safety.envelopeHash
    return _blank(execute.commandId, execute.dseq, execute.epoch, moment, order)


def cancelled_unseen(cancel: CancelCommand, moment: Moment) -> CommandRecord:
    """The tombstone of a command whose `execute` never came (D8)."""
    record = _blank(cancel.commandId, cancel.dseq, cancel.epoch, moment, None)
    return settled_record(record, moment, cancelled("device.cancelled", cancel.reason))


def started_record(record: CommandRecord, moment: Moment, baseline: Evidence, jseq: int) -> CommandRecord:
    """The record as it must be durable before the first irreversible byte (D4)."""
    return changed(
        record,
        state="started",
        physical="unknown",
        baseline=baseline,
        startedAt=moment.at,
        startedJseq=jseq,
        tMono=moment.t_mono,
    )


def was_stop_sent(record: CommandRecord) -> bool:
    """Whether the instrument was told to stop while it was at this act, by whichever process."""
    return "stopSentAt" in (record.evidence or {})


def settled_record(record: CommandRecord, moment: Moment, end: End) -> CommandRecord:
    # That a stop was sent is remembered: whoever asks the instrument later is told no more than it can know.
    evidence = end.evidence
    if was_stop_sent(record):
        evidence = (evidence or {}) | {"stopSentAt": (record.evidence or {})["stopSentAt"]}
    ref = {}
    if end.large is not None:
        ref["resultRef"] = {
            "sha256": end.large.sha256,
            "size": len(end.large.content),
            "media": "application/json",
        }
    return changed(
        record,
        state=end.state,
        physical=end.physical,
        result=end.result,
        executed=end.executed,
        evidence=evidence,
        error=None if end.error is None else plain(end.error),
        settledAt=moment.at,
        tMono=moment.t_mono,
        **ref,
    )


def changed(record: CommandRecord, **changes: Any) -> CommandRecord:
    """Returns the record with these fields, checked."""
    return CommandRecord.model_validate(plain(record) | changes)


def order_params(record: CommandRecord) -> dict[str, Any]:
    """The parameters as the wire has them."""
    return {} if record.order is None else plain(record.order)["params"]


def fact_of(record: CommandRecord) -> dict[str, Any]:
    """Returns what the journal says of a command, as reports and snapshots carry it."""
    said = plain(record)
    fact = {name: said[name] for name in ("commandId", "state", "physical")}
    optional = ["result", "resultRef", "executed", "evidence", "error"]
    # The end takes the place of every part (D20).
    if record.settledAt is None:
        optional.append("partial")
    fact |= {name: said[name] for name in optional if said.get(name) is not None}
    if "evidence" in fact:
        fact["evidence"] = _short_evidence(fact["evidence"])
    if "error" in fact:
        fact["error"] = _short_error(fact["error"])
    at = record.settledAt or record.startedAt or record.recordedAt
    return fact | {"tMono": record.tMono, "tWall": timestamp(at)}


def snapshot_parts(
    open_commands: list[OpenCommand], find: Any, unacked: list[CommandRecord]
) -> list[dict[str, list[dict[str, Any]]]]:
    """Returns the whole answer to a `reconcile`, cut into messages that a broker will take; at least one."""
    listed = list(dict.fromkeys(command.commandId for command in open_commands))
    found = [(command_id, find(command_id)) for command_id in listed]
    entries = [
        {"commandId": command_id, "state": "never-seen"} if record is None else _entry_of(record)
        for command_id, record in found
    ]
    unlisted = [_entry_of(record) for record in unacked if record.commandId not in listed]
    parts: list[dict[str, list[dict[str, Any]]]] = [{"entries": [], "unlisted": []}]
    filled = 0
    for kind, entry in [("entries", one) for one in entries] + [("unlisted", one) for one in unlisted]:
        entry_bytes = bytes_of(entry)
        if 0 < filled and filled + entry_bytes > _MOST_PART_BYTES:
            parts.append({"entries": [], "unlisted": []})
            filled = 0
        parts[-1][kind].append(entry)
        filled += entry_bytes
    return parts


def bytes_of(value: Any) -> int:
    """What a value takes on the wire."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _short_evidence(evidence: dict[str, Any]) -> dict[str, Any]:
    """Whole where a report has room, else how long it is, and how it begins. The journal keeps it whole."""
    size = bytes_of(evidence)
    if size <= _MOST_EVIDENCE_BYTES:
        return evidence
    room = f"more than the {_MOST_EVIDENCE_BYTES} that a report has for it; the device's journal has all of it"
    return {
        "shortened": f"the evidence takes {size} bytes, {room}",
        "begins": _beginning_of(json.dumps(evidence, ensure_ascii=False)),
    }


def _short_error(error: dict[str, Any]) -> dict[str, Any]:
    size = len(error["message"].encode())
    if size <= _MOST_MESSAGE_BYTES:
        return error
    return error | {"message": f"{_beginning_of(error['message'])} ... ({size} bytes in all)"}


def _beginning_of(text: str) -> str:
    """So much of a text, ending with a whole character."""
    return text.encode()[:_SHOWN_BYTES].decode(errors="ignore")


def _entry_of(record: CommandRecord) -> dict[str, Any]:
    params_hash = None if record.order is None else record.order.paramsHash
    return {"paramsHash": params_hash, "dseq": record.dseq} | fact_of(record)


def _blank(command_id: str, dseq: int, epoch: int, moment: Moment, order: dict[str, Any] | None) -> CommandRecord:
    return CommandRecord.model_validate(
        {
            "commandId": command_id,
            "dseq": dseq,
            "epoch": epoch,
            "order": order,
            "state": "accepted",
            "physical": "none",
            "baseline": None,
            "result": None,
            "executed": None,
            "evidence": None,
            "error": None,
            "recordedAt": moment.at,
            "startedAt": None,
            "settledAt": None,
            "startedJseq": None,
            "tMono": moment.t_mono,
            "isAcked": False,
        }
    )
