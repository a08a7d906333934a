"""How an author declares a device: what it is, what it can do, and how evidence of an act is found."""

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from .models import RetryClass
from .quantities import DefinitionError, params_of, result_of

Hook = Callable[..., Awaitable[Any]]

_name = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")
_duration = re.compile(r"^(\d+(?:\.\d+)?) ?(ms|s|min|h)$")
_ms = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}


@dataclass(frozen=True)
class Operation:
    """One thing a device can do."""

    name: str
    title: str
    version: str
    run: Hook
    params: dict[str, Any]
    result: dict[str, Any]
    result_model: type[BaseModel] | None
    retry: RetryClass
    typical_ms: int
    max_ms: int
    probe: Hook | None
    baseline: Hook | None
    stop: Hook | None
    pause: Hook | None
    resume: Hook | None
    locks: tuple[str, ...] | None
    partials: bool


@dataclass(frozen=True)
class Watchdog:
    """What becomes of acts when the engine has been silent for so long (D15)."""

    after: str
    then: Literal["hold", "finish", "safe-park"]


class Device:
    """A device: `kind` and `version` of its driver, and the `capability`, the role that it plays in protocols."""

    def __init__(
        self, kind: str, version: str, *, capability: str, serial: str | None = None, watchdog: Watchdog | None = None
    ) -> None:
        self.kind, self.version, self.capability, self.serial = kind, version, capability, serial
        self.watchdog = watchdog
        self.watchdog_ms = None if watchdog is None else ms_of(watchdog.after)
        self.operations: dict[str, Operation] = {}
        self.session_hook: Callable[..., Any] | None = None
        self.halt_hook: Hook | None = None
        self.park_hook: Hook | None = None
        self.rehome_hook: Hook | None = None
        self.read_hook: Hook | None = None
        self.channels: dict[str, str] = {}
        self.read_every_ms = 1_000
        self.refuses_local_while_running = False

    def operation(
        self,
        *,
        typical: str,
        timeout: str,
        retry: RetryClass = "non-repeatable",
        probe: Hook | Literal["none"] | None = None,
        baseline: Hook | None = None,
        stop: Hook | None = None,
        pause: Hook | None = None,
        resume: Hook | None = None,
        locks: tuple[str, ...] | None = None,
        partials: bool = False,
        title: str | None = None,
        version: str = "1",
    ) -> Callable[[Hook], Hook]:
        """Declares an operation: an async function of a context and of annotated parameters, which returns a pydantic model.

        `typical` and `timeout` are durations. What is not repeatable needs `probe`, or "none" for: only a person can tell.
        `baseline` reads what will later tell whether the act took place; what it returns is durable before the act begins.
        `stop` ends a running act without harm and returns how far it had got: "none", "partial" or "full".
        """

        def declare(function: Hook) -> Hook:
            name = function.__name__
            where = f"{self.kind}.{name}"
            if probe is None and retry == "non-repeatable":
                raise DefinitionError(f'{where} is not repeatable: give it a probe, or say probe="none"')
            if (pause is None) != (resume is None):
                raise DefinitionError(f"{where}: what can be paused must be resumable: give both or neither")
            hooks = [function, baseline, stop, pause, resume, None if probe == "none" else probe]
            if not all(hook is None or inspect.iscoroutinefunction(hook) for hook in hooks):
                raise DefinitionError(f"{where}: write it, and what belongs to it, with `async def`")
            if not _name.match(name) or name in self.operations:
                raise DefinitionError(f"{where}: its name is taken, or has other characters than letters, digits and _")
            model, result = result_of(function, where)
            self.operations[name] = Operation(
                name=name,
                title=title or (function.__doc__ or name.replace("_", " ")).strip().split("\n")[0],
                version=version,
                run=function,
                params=params_of(function, where),
                result=result,
                result_model=model,
                retry=retry,
                typical_ms=ms_of(typical),
                max_ms=ms_of(timeout),
                probe=None if probe == "none" else probe,
                baseline=baseline,
                stop=stop,
                pause=pause,
                resume=resume,
                locks=locks,
                partials=partials,
            )
            return function

        return declare

    def session(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declares how the instrument is reached: an async generator of the config that yields once, the session."""
        if not inspect.isasyncgenfunction(function):
            raise DefinitionError(f"{self.kind}: the session is an `async def` with one `yield`")
        self.session_hook = function
        return function

    def halt(self, function: Hook) -> Hook:
        """Declares what cuts all motion now, for an E-STOP: harmless at rest, and within 100 ms."""
        self.halt_hook = function
        return function

    def park(self, function: Hook) -> Hook:
        """Declares what brings the instrument to where it does no harm, for a watchdog with `safe-park`."""
        self.park_hook = function
        return function

    def rehome(self, function: Hook) -> Hook:
        """Declares what has to be done when staff give the instrument back; when it raises, it stays theirs."""
        self.rehome_hook = function
        return function

    def telemetry(self, *, every: str = "1 s", **channels: str) -> Callable[[Hook], Hook]:
        """Declares what is read all the time, each channel with its unit: a function that returns numbers by channel."""

        def declare(function: Hook) -> Hook:
            self.read_hook, self.channels, self.read_every_ms = function, channels, ms_of(every)
            return function

        return declare


def ms_of(text: str) -> int:
    """Returns the milliseconds of a duration such as `30 s`; raises DefinitionError."""
    found = _duration.match(text)
    if found is None:
        raise DefinitionError(f"{text!r} is no duration: write 500 ms, 30 s, 5 min or 2 h")
    return round(float(found[1]) * _ms[found[2]])
