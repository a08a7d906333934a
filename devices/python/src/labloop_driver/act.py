"""A command on its way through this process, and what its driver may know while it carries it out."""

import asyncio
import inspect
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .claims import claim_of_act
from .clocks import Clock, LabClock
from .device import Hook, Operation
from .endings import Evidence, Failed
from .facts import End, order_params
from .lines import Lines, NotSent, Refused
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
    _lab_clock: LabClock
    _progress: Callable[[float], None]
    _partial: Callable[[dict[str, Any]], None]

    @classmethod
    def alone(cls, session: Any, baseline: Evidence | None = None, config: Any = None) -> "Context":
        """A context without a driver around it, for tests."""
        log = logging.getLogger("labloop_driver")
        clock = LabClock(Clock(), None)
        return cls("test", "test.1", config, session, baseline or {}, log, clock, lambda _: None, lambda _: None)

    async def order(self, command: str) -> str:
        """Tells an instrument that speaks lines to do something that moves matter, and returns its answer.

        Where the act has given no other order, one that was refused, or never sent, is a failure with nothing moved. A line
        that dies after the first byte leaves a doubt: then, and after every later failure, the kit looks for evidence.
        """
        claim = claim_of_act.get()
        is_first = claim is None or not claim.has_ordered
        try:
            return await self._lines().ask(command)
        except (Refused, NotSent) as error:
            if not is_first:
                raise
            if claim is not None:
                claim.has_ordered = False
            raise _nothing_moved(error) from error

    async def ask(self, question: str, answer: str | None = None) -> str:
        """Asks an instrument that speaks lines something that moves nothing.

        Returns its answer, or of one that is as the pattern `answer` says, whole, the first group. Where the act has given no
        order, a question that fails is a failure with nothing moved.
        """
        try:
            said = await self._lines().ask(question, moves=False)
            if answer is None:
                return said
            found = re.fullmatch(answer, said)
            if found is None:
                raise Refused("device.unreadable", f'asked "{question}", the instrument said "{said}"')
            return found[1] if found.re.groups > 0 else said
        except (Refused, OSError) as error:
            claim = claim_of_act.get()
            if claim is not None and claim.has_ordered:
                raise
            raise _nothing_moved(error) from error

    async def says(self, question: str, answer: str) -> bool:
        """Whether the answer to a question that moves nothing is as the pattern says, whole."""
        return re.fullmatch(answer, await self.ask(question)) is not None

    def _lines(self) -> Lines:
        if isinstance(self.session, Lines):
            return self.session
        raise TypeError("only a session of lines can be asked and ordered: declare it by `text_line`")

    async def sleep(self, seconds: float) -> None:
        """Waits for so many seconds in the lab, which runs faster than life where it is simulated."""
        await self._lab_clock.sleep(seconds)

    def now(self) -> float:
        """The instant in the lab, in ms since 1970."""
        return self._lab_clock.now()

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


def _nothing_moved(error: Refused | OSError) -> Failed:
    code = error.code if isinstance(error, Refused) else "device.lineLost"
    return Failed(code, str(error), "none")
