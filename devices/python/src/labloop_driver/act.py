"""A command on its way through this process, and what its driver may know while it carries it out."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .device import Hook, Operation
from .endings import Evidence
from .facts import End, order_params
from .models import CommandRecord
from .quantities import from_wire


@dataclass
class Act:
    """What those who begin, follow, stop and halt it tell each other."""

    command_id: str
    operation: Operation
    record: CommandRecord
    # An E-STOP was sent to it: then only evidence tells how it ended, never what the operation returns.
    is_halted: bool = False
    # Its end was decided before it had begun: it takes no turn then.
    is_given_up: bool = False
    # The operation is being awaited by `carrier`, which may be interrupted.
    is_acting: bool = False
    carrier: "asyncio.Task[None] | None" = None
    # The session over which it is being followed.
    followed_over: Any = None
    is_followed: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    # Set whenever the operation is not being awaited.
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    # Set when evidence is to be looked for at once.
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: "asyncio.Task[None] | None" = None
    stopped: End | None = None
    pausing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def params(self) -> dict[str, Any]:
        """As the driver wants them."""
        return from_wire(self.operation.params, order_params(self.record))

    def interrupt(self) -> None:
        """Ends the wait for the operation; stops nothing on the instrument."""
        self.woken.set()
        if self.is_acting and self.carrier is not None:
            self.carrier.cancel()


@dataclass(frozen=True)
class Context:
    """What a driver's functions get as their first argument."""

    device_id: str
    command_id: str
    config: Any
    session: Any
    baseline: Evidence
    log: logging.Logger
    _progress: Callable[[float], None]
    _partial: Callable[[dict[str, Any]], None]

    def progress(self, fraction: float) -> None:
        """Display only: 0 to 1."""
        self._progress(fraction)

    def partial(self, **values: Any) -> None:
        """The result so far, in the names of the result that are known already; the end takes its place (D20).

        Every call is an fsync. What is not as announced, or above 192 KiB, is left out, with a line in the log.
        """
        self._partial(values)


async def call(hook: Hook, context: Context, params: dict[str, Any]) -> Any:
    """Calls what belongs to an operation with the parameters that it names."""
    named = inspect.signature(hook).parameters
    takes_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in named.values())
    given = params if takes_all else {name: value for name, value in params.items() if name in named}
    return await hook(context, **given)
