"""Where a command's `requires` stand (D3)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .models import CommandRecord

Find = Callable[[str], CommandRecord | None]


@dataclass(frozen=True)
class Requirements:
    """Nothing is missing, it is worth waiting, or they cannot come true any more."""

    kind: Literal["met", "waiting", "impossible"]
    message: str = ""


def requirements_of(requires: list[Any] | None, find: Find) -> Requirements:
    """Returns where they stand by the journal; a command that has not come yet is waited for, since messages overtake."""
    waits = False
    for wanted in requires or []:
        record = find(wanted.commandId)
        if record is not None and record.state == wanted.state:
            continue
        if record is not None and not _can_become(record, wanted.state):
            message = f"it requires {wanted.commandId} to be {wanted.state}, which is {record.state}"
            return Requirements("impossible", message)
        waits = True
    return Requirements("waiting" if waits else "met")


def _can_become(record: CommandRecord, state: str) -> bool:
    """Final states stay, and what has started was accepted before and never rejected or cancelled."""
    if record.settledAt is not None or state in ("accepted", "rejected"):
        return False
    return record.state == "accepted" or state != "cancelled"
