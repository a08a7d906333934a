"""What a driver says of an act: how it failed, and what a search for evidence found."""

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

Evidence = dict[str, Any]
"""Plain evidence, written into the device journal and carried in reports."""

Moved = Literal["none", "partial", "full"]
"""How far matter has moved."""


class Failed(Exception):
    """Raise it in an operation to say that it failed, and that it is known how far matter has moved.

    Any other exception is not believed to know: the kit asks `probe`, and without decisive evidence reports `unknown`.
    """

    def __init__(self, code: str, message: str, moved: Moved, of: str = "instrument", **evidence: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.moved, self.of, self.evidence = code, message, moved, of, evidence


@dataclass(frozen=True)
class Done:
    """What an operation returns when what was carried out is not what was asked for, or when it has evidence."""

    result: BaseModel | None
    executed: dict[str, Any] | None = None
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class Happened:
    """The act took place as ordered. `whole` says that this evidence tells a whole act from one that was cut short: only then
    is it believed after a stop.
    """

    result: BaseModel | None = None
    executed: dict[str, Any] | None = None
    whole: bool = False
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class NotHappened:
    """Nothing has moved, and nothing of it will. `unbegun` says that this evidence tells an act that never began from one that
    was cut short, as a count of acts begun does and one of acts finished does not: only then is it believed after a stop.
    """

    evidence: Evidence = field(default_factory=dict)
    unbegun: bool = False


@dataclass(frozen=True)
class HappenedInPart:
    """Some of it took place, and it is over."""

    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class StillRunning:
    """The instrument is at it; it is asked again until it is over."""

    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class CannotTell:
    """No evidence either way: a person has to settle it."""

    evidence: Evidence = field(default_factory=dict)


Finding = Happened | NotHappened | HappenedInPart | StillRunning | CannotTell
