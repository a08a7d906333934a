"""The clocks of one driver start: its own, the lab's, and what the engine's heartbeats tell of the engine's."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

log = logging.getLogger("labloop_driver")

_KEPT_BEATS = 60
_WARN_ABOVE_MS = 2_000


@dataclass(frozen=True)
class Moment:
    """When something was recorded: on the wall clock, and in milliseconds since the driver started."""

    at: float
    t_mono: float


class Clock:
    """Instants in ms of the Unix epoch that never go back while the driver runs, whatever happens to the wall clock."""

    def __init__(self) -> None:
        self._wall = time.time() * 1_000
        self._mono = time.monotonic()

    def t_mono(self) -> float:
        return round((time.monotonic() - self._mono) * 1_000, 3)

    def now(self) -> float:
        return round(self._wall + self.t_mono())

    def exactly_now(self) -> float:
        """With fractions of a ms, which are seconds of a fast lab."""
        return self._wall + (time.monotonic() - self._mono) * 1_000

    def moment(self) -> Moment:
        return Moment(self.now(), self.t_mono())


@dataclass(frozen=True)
class Anchor:
    """How a lab clock runs: `lab_at` stood when the wall clock stood at `wall_at`, both in ms since 1970."""

    kind: Literal["real", "scaled"]
    scale: float
    lab_at: float
    wall_at: float


class LabClock:
    """The time in which acts and waits last: real, or that of a simulated world, which may run faster (contract, section 10).

    Everything between driver and engine (heartbeats, times to live, back-off) is in real time in any lab: a network does
    not get faster with a clock.
    """

    def __init__(self, clock: Clock, anchor: Anchor | None) -> None:
        self._clock = clock
        self._anchor = None if anchor is None or anchor.kind == "real" else anchor

    def now(self) -> float:
        """The instant in the lab, in ms since 1970."""
        if self._anchor is None:
            return self._clock.now()
        return self._anchor.lab_at + (self._clock.exactly_now() - self._anchor.wall_at) * self._anchor.scale

    async def sleep(self, seconds: float) -> None:
        """Waits for so many seconds of the lab."""
        if self._anchor is None:
            await asyncio.sleep(seconds)
            return
        until = self.now() + seconds * 1_000
        # An event loop may wake a little early, which is seconds of a fast lab.
        while (left_ms := until - self.now()) > 0:
            await asyncio.sleep(left_ms / self._anchor.scale / 1_000)


def timestamp(at: float) -> str:
    """Returns an instant as the wire writes it."""
    return datetime.fromtimestamp(at / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(text: str) -> float:
    """Returns the instant in ms that the wire's text names."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000)


def back_off(first_s: float, longest_s: float) -> Iterator[float]:
    """Yields waits in seconds that double from the first to the longest."""
    wait_s = first_s
    while True:
        yield wait_s
        wait_s = min(2 * wait_s, longest_s)


class EngineClock:
    """How far this device's wall clock is ahead of the engine's at most (contract, section 10)."""

    def __init__(self) -> None:
        self._offsets: deque[float] = deque(maxlen=_KEPT_BEATS)
        self._epoch = 0
        self._has_warned = False

    def heard(self, epoch: int, at: float, received_at: float) -> None:
        # Another engine has another clock.
        if epoch != self._epoch:
            self._offsets.clear()
        self._epoch = epoch
        self._offsets.append(received_at - at)
        offset = min(self._offsets)
        if abs(offset) > _WARN_ABOVE_MS and not self._has_warned:
            log.warning("the clocks of engine and device disagree by %d ms: set them by NTP", offset)
        self._has_warned = abs(offset) > _WARN_ABOVE_MS

    def offset_ms(self) -> float | None:
        """None before the first heartbeat."""
        return min(self._offsets) if self._offsets else None
