"""How an author declares a device: what it is, what it can do, and how evidence of an act is found."""

import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from .lines import Address, Identity, Lines
from .models import RetryClass
from .quantities import DefinitionError, params_of, result_of

Hook = Callable[..., Awaitable[Any]]

_name = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")
_duration = re.compile(r"^(\d+(?:\.\d+)?) ?(ms|s|min|h)$")
_ms = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}


class EvidenceSource(Protocol):
    """A `probe` with a baseline of its own, which also tells what a stop has left, as `Counter` does."""

    async def baseline(self, ctx: Any) -> dict[str, Any]: ...
    async def probe(self, ctx: Any) -> Any: ...
    async def stopped(self, ctx: Any) -> Any: ...


@dataclass(frozen=True)
class Term:
    """A part of how long an act lasts: so long, times the parameters in `of`, divided by those in `per`, each in its unit."""

    each: str
    of: tuple[str, ...] = ()
    per: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calibration:
    """What of a device's values, each as "operation.result", rests on a calibration, how often that is due, how it is done.

    `renew` is the device's own operation that calibrates it, `renew_with` its parameters; `when_expired` as in a lab file.
    """

    values: tuple[str, ...]
    every_days: int
    method: str
    reference: str | None = None
    notice_days: int | None = None
    when_expired: Literal["hold", "warn"] | None = None
    renew: str | None = None
    renew_with: Mapping[str, str | float | bool] | None = None


@dataclass(frozen=True)
class HealthLook:
    """How a driver looks after its instrument's condition."""

    look: Hook
    every_ms: int
    while_acting: bool


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
    by_params: "tuple[Term, ...]"
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
        self, kind: str, version: str, *, capability: str, serial: str | None = None, watchdog: Watchdog | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.kind, self.version, self.capability, self.serial = kind, version, capability, serial
        self.watchdog, self.calibration = watchdog, calibration
        self.watchdog_ms = None if watchdog is None else ms_of(watchdog.after)
        self.operations: dict[str, Operation] = {}
        self.session_hook: Callable[..., Any] | None = None
        self.identify_hook: Hook | None = None
        self.halt_hook: Hook | None = None
        self.park_hook: Hook | None = None
        self.rehome_hook: Hook | None = None
        self.read_hook: Hook | None = None
        self.health_look: HealthLook | None = None
        self.channels: dict[str, str] = {}
        self.read_every_ms = 1_000
        self.refuses_local_while_running = False

    def operation(
        self,
        *,
        typical: str,
        timeout: str,
        by_params: tuple[Term, ...] = (),
        retry: RetryClass = "non-repeatable",
        probe: Hook | EvidenceSource | Literal["none"] | None = None,
        baseline: Hook | None = None,
        stop: Hook | str | None = None,
        pause: Hook | None = None,
        resume: Hook | None = None,
        locks: tuple[str, ...] | None = None,
        partials: bool = False,
        title: str | None = None,
        version: str = "1",
    ) -> Callable[[Hook], Hook]:
        """Declares an operation: an async function of a context and of annotated parameters, which returns a pydantic model.

        `typical` and `timeout` are durations; where the expected one follows from parameters, the `by_params` add up to it. What is not repeatable needs `probe`, or "none" for: only a person can tell.
        `baseline` reads what will later tell whether the act took place; what it returns is durable before the act begins.
        A `Counter` as `probe` has its own baseline. `stop` ends a running act without harm: the line that does, or a function,
        which returns how far the act had got, "none", "partial" or "full", or what it found of it: `Happened(..., whole=True)`
        for one that was over before.
        """
        source = None if probe is None or isinstance(probe, str) or callable(probe) else probe
        look = probe if source is None else source.probe
        note = baseline if source is None else source.baseline
        end = _stop_by_line(stop, source) if isinstance(stop, str) else stop

        def declare(function: Hook) -> Hook:
            name = function.__name__
            code = getattr(function, "__code__", None)
            place = "" if code is None else f" ({code.co_filename}:{code.co_firstlineno})"
            where = f"{self.kind}.{name}{place}"
            if probe is None and retry == "non-repeatable":
                raise DefinitionError(f'{where} is not repeatable: give it a probe, or say probe="none"')
            if (pause is None) != (resume is None):
                raise DefinitionError(f"{where}: what can be paused must be resumable: give both or neither")
            if source is not None and baseline is not None:
                raise DefinitionError(f"{where}: its probe brings its own baseline")
            hooks = [function, note, end, pause, resume, None if look == "none" else look]
            if not all(hook is None or inspect.iscoroutinefunction(hook) for hook in hooks):
                raise DefinitionError(f"{where}: write it, and what belongs to it, with `async def`")
            if not _name.match(name) or name in self.operations:
                raise DefinitionError(f"{where}: its name is taken, or has other characters than letters, digits and _")
            model, result = result_of(function, where)
            params = params_of(function, where)
            for name_in_term in [each for term in by_params for each in (*term.of, *term.per)]:
                if params.get(name_in_term, {}).get("type") not in ("quantity", "integer"):
                    raise DefinitionError(f"{where}: {name_in_term} is no parameter with a number: no duration follows from it")
            self.operations[name] = Operation(
                name=name,
                title=title or (function.__doc__ or name.replace("_", " ")).strip().split("\n")[0],
                version=version,
                run=function,
                params=params,
                result=result,
                result_model=model,
                retry=retry,
                typical_ms=ms_of(typical),
                max_ms=ms_of(timeout),
                by_params=by_params,
                probe=None if look == "none" else look,
                baseline=note,
                stop=end,
                pause=pause,
                resume=resume,
                locks=locks,
                partials=partials,
            )
            return function

        return declare

    def text_line(
        self,
        *,
        identify: tuple[str, str],
        end: str = "\n",
        within: str = "2 s",
        errors: Mapping[str, str] | None = None,
        halt: str | None = None,
    ) -> None:
        """Declares an instrument that takes lines of text over TCP and answers each by one; its config is `host` and `port`.

        `identify` is a question and the beginning of its answer, as a pattern, which shows who is on the other side; what its
        groups `(?P<firmware>...)` and `(?P<serial>...)` match is announced, and kept with every measurement. `errors`
        names answers by which it says that it has not done what it was told, as `{"ERR 3": "busy"}`: beginnings, as patterns.
        `halt` is the line that cuts all motion. `ctx.order` and `ctx.ask` speak over it; it is opened again after every loss.
        """
        question, answer = identify

        async def open_line(address: Address) -> AsyncIterator[Lines]:
            within_s = ms_of(within) / 1_000
            async with Lines.connect(
                address.host, address.port, end=end.encode(), within_s=within_s, errors=errors
            ) as line:
                said = await line.ask(question)
                known = re.match(answer, said)
                if known is None:
                    raise ConnectionError(f"this is no {self.kind}: asked {question!r}, it said {said!r}")
                line.identity = Identity(known.groupdict().get("serial"), known.groupdict().get("firmware"))
                yield line

        async def who(line: Lines) -> Identity:
            return line.identity

        self.session(open_line)
        self.identify(who)
        if halt is not None:

            async def cut(line: Lines) -> None:
                await line.ask(halt)

            self.halt(cut)

    def session(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declares how the instrument is reached: an async generator of the config that yields once, the session."""
        if not inspect.isasyncgenfunction(function):
            raise DefinitionError(f"{self.kind}: the session is an `async def` with one `yield`")
        self.session_hook = function
        return function

    def identify(self, function: Hook) -> Hook:
        """Declares who is on the other side: an async function of the session that returns an `Identity`, asked at every opening."""
        if not inspect.iscoroutinefunction(function):
            raise DefinitionError(f"{self.kind}: who is there is asked by an `async def`")
        self.identify_hook = function
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

    def health(self, *, every: str = "1 min", while_acting: bool = False) -> Callable[[Hook], Hook]:
        """Declares what looks at the instrument's condition: paper, filters, doors, faults that it shows; it moves nothing.

        Its function returns None when all is well, or in words what a person should see to. That holds nothing back.
        """

        def declare(function: Hook) -> Hook:
            self.health_look = HealthLook(function, ms_of(every), while_acting)
            return function

        return declare

    def telemetry(self, *, every: str = "1 s", **channels: str) -> Callable[[Hook], Hook]:
        """Declares what is read all the time, each channel with its unit: a function that returns numbers by channel."""

        def declare(function: Hook) -> Hook:
            self.read_hook, self.channels, self.read_every_ms = function, channels, ms_of(every)
            return function

        return declare


def _stop_by_line(line: str, source: EvidenceSource | None) -> Hook:
    async def stop(ctx: Any) -> Any:
        await ctx.order(line)
        return "partial" if source is None else await source.stopped(ctx)

    return stop


def ms_of(text: str) -> int:
    """Returns the milliseconds of a duration such as `30 s`; raises DefinitionError."""
    found = _duration.match(text)
    if found is None:
        raise DefinitionError(f"{text!r} is no duration: write 500 ms, 30 s, 5 min or 2 h")
    return round(float(found[1]) * _ms[found[2]])
