"""What an act may say of itself when it fails: nothing has moved as long as it has given no order."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Claim:
    """Of one act, shared by everything that its operation starts."""

    has_ordered: bool = False


claim_of_act: ContextVar[Claim | None] = ContextVar("claim_of_act", default=None)
"""None outside an operation: whoever stops, halts or looks for evidence claims nothing."""
