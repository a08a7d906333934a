"""What an act's ending, or the evidence found of it, amounts to."""

import json
from typing import Any

from pydantic import BaseModel, TypeAdapter

from .canonical import canonical_json, sha256
from .device import Operation
from .endings import CannotTell, Done, Evidence, Failed, Finding, Happened, HappenedInPart, Moved, NotHappened, StillRunning
from .facts import End, Large, fault
from .models import Json, Values
from .quantities import check_values, to_wire

MOST_INLINE_BYTES = 192 * 1024
"""Contract, section 13: larger results go by reference."""

_values = TypeAdapter(Values)
_evidence = TypeAdapter(dict[str, Json])


def plain_evidence(evidence: Any) -> Evidence:
    """Returns evidence as the journal will give it back; raises ValueError for what JSON cannot say."""
    return _evidence.validate_python(json.loads(json.dumps(dict(evidence or {}), allow_nan=False)))


def failed(operation: Operation, failure: Failed) -> End:
    error = fault(failure.code, failure.message, failure.of)
    return End("failed", failure.moved, error=error, evidence=plain_evidence(failure.evidence))


def succeeded(operation: Operation, returned: BaseModel | Done | None, params: dict[str, Any]) -> End:
    """Returns the end of an act that took place.

    A result that is not as announced does not undo the act: it becomes a failure with matter fully moved, never a success
    without its values. `params` are the ordered ones, as the wire has them.
    """
    done = returned if isinstance(returned, Done) else Done(returned)
    evidence = plain_evidence(done.evidence)
    given = {} if done.result is None else done.result.model_dump()
    result = to_wire(operation.result, given)
    executed = params if done.executed is None else params | to_wire(operation.params, done.executed)
    try:
        _values.validate_python({**result, **executed}, strict=True)
        content = canonical_json(result).encode()
        wrong = check_values(operation.result, result)
    except ValueError as error:
        content, wrong = b"", [str(error)]
    if wrong:
        message = f"the driver's result is not as announced: {'; '.join(wrong)}"
        return End("failed", "full", error=fault("device.resultInvalid", message, "instrument"), evidence=evidence)
    executed_bytes = len(json.dumps(executed))
    if executed_bytes > MOST_INLINE_BYTES / 2:
        message = f"what was carried out takes {executed_bytes} bytes, more than the {MOST_INLINE_BYTES // 2} for it"
        return End("failed", "full", error=fault("device.resultTooLarge", message, "instrument"), evidence=evidence)
    if len(content) + executed_bytes > MOST_INLINE_BYTES:
        large = Large(sha256(content), content)
        return End("succeeded", "full", large=large, executed=executed, evidence=evidence)
    return End("succeeded", "full", result=result, executed=executed, evidence=evidence)


def in_doubt(message: str, evidence: Evidence | None = None) -> End:
    """The end of a command of which nobody knows whether matter moved."""
    return End("unknown", "unknown", error=fault("device.inDoubt", message, "in-doubt"), evidence=evidence or {})


def doubt_of(finding: Finding, was_stop_sent: bool) -> str | None:
    """Returns why a finding is not believed, or None when it is.

    Once a stop was sent, an act that is over may have been cut short, and one that was not counted may have begun: only a
    driver that says so tells them apart.
    """
    if was_stop_sent and isinstance(finding, Happened) and not finding.whole:
        return "a stop was sent, and the instrument does not tell whether the act had ended before it"
    if was_stop_sent and isinstance(finding, NotHappened) and not finding.unbegun:
        return "a stop was sent, and the instrument does not tell whether the act had begun before it"
    return None


def end_of_finding(
    operation: Operation, finding: Finding, params: dict[str, Any], was_stop_sent: bool, because: str
) -> End | None:
    """Returns the end that a finding settles; None when the act is still going on."""
    evidence = plain_evidence(finding.evidence)
    doubt = doubt_of(finding, was_stop_sent)
    if doubt is not None:
        return in_doubt(doubt, evidence)
    match finding:
        case StillRunning():
            return None
        case CannotTell():
            message = f"{because} during the act, and the instrument cannot tell whether it took place"
            return in_doubt(message, evidence)
        case NotHappened():
            error = fault("device.notHappened", f"{because}, and the act did not take place")
            return End("failed", "none", error=error, evidence=evidence)
        case HappenedInPart():
            error = fault("device.partial", f"{because}, and the act took place in part")
            return End("failed", "partial", error=error, evidence=evidence)
        case Happened():
            return succeeded(operation, Done(finding.result, finding.executed, finding.evidence), params)


def end_of_stop(operation: Operation, found: Moved | Finding, params: dict[str, Any], evidence: Evidence) -> End:
    """Returns the end of an act that was told to stop, by the word of its driver: how far it had got, or what was found.

    One that was found whole was over before: it has succeeded. Raises RuntimeError for one that goes on.
    """
    stopped = fault("device.stopped", "it was stopped before its end")
    if isinstance(found, str):
        return End("failed", found, error=stopped, evidence=evidence)
    if isinstance(found, HappenedInPart):
        return End("failed", "partial", error=stopped, evidence=plain_evidence(found.evidence) | evidence)
    end = end_of_finding(operation, found, params, True, "it was told to stop")
    if end is None:
        raise RuntimeError("it goes on, though it was told to stop")
    return end


def outcome_of(finding: Finding) -> tuple[str, bool]:
    """Returns a finding's outcome and whether it is decisive, in the words of the wire."""
    match finding:
        case Happened():
            return "happened", True
        case NotHappened():
            return "not-happened", True
        case HappenedInPart():
            return "partial", True
        case StillRunning():
            return "running", True
        case CannotTell():
            return "unknown", False
