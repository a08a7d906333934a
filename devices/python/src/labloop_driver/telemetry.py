"""Reads what the device declares, as long as there is a session, and sends it in batches."""

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

from .clocks import Clock, timestamp
from .device import Device, Hook
from .link import Link
from .sessions import Sessions

log = logging.getLogger("labloop_driver")

_BATCH_MS = 1_000
_MOST_READINGS = 1_000


class Telemetry:
    """A channel that cannot be read, or not as a number, is told as invalid with the value 0 (E15)."""

    def __init__(
        self, device: Device, device_id: str, boot_id: str, clock: Clock, sessions: Sessions, link: Callable[[], Link]
    ) -> None:
        self._device, self._device_id, self._boot_id = device, device_id, boot_id
        self._clock, self._sessions, self._link = clock, sessions, link
        self._counts: Counter[str] = Counter()
        self._is_failing = False

    async def run(self) -> None:
        hook = self._device.read_hook
        if hook is None:
            return
        batch: list[dict[str, Any]] = []
        sent_at = -math.inf
        every_ms = self._device.read_every_ms
        while True:
            session = await self._sessions.next()
            started_at = self._clock.now()
            batch += self._readings(await self._sample(hook, session))
            is_due = self._clock.now() - sent_at + every_ms > _BATCH_MS
            if is_due or len(batch) + len(self._device.channels) > _MOST_READINGS:
                self._send(batch)
                batch, sent_at = [], self._clock.now()
            # An instrument that is slower than the period is asked again at once, never twice at a time.
            await asyncio.sleep(max(1, every_ms - (self._clock.now() - started_at)) / 1_000)

    async def _sample(self, hook: Hook, session: Any) -> dict[str, Any]:
        try:
            values = dict(await hook(session))
            self._is_failing = False
            return values
        except Exception as error:
            # Once for each run of failures: it may fail at every reading for hours.
            if not self._is_failing:
                log.warning("the telemetry could not be read: %s", error)
            self._is_failing = True
            return {}

    def _readings(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        return [self._reading(channel, unit, values.get(channel)) for channel, unit in self._device.channels.items()]

    def _reading(self, channel: str, unit: str, value: Any) -> dict[str, Any]:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        reading = {"channel": channel, "value": value if is_number else 0, "unit": unit, "tMono": self._clock.t_mono()}
        reading |= {"n": self._counts[channel], "valid": is_number}
        self._counts[channel] += 1
        return reading

    def _send(self, readings: list[dict[str, Any]]) -> None:
        body = {"v": 1, "kind": "tel", "device": self._device_id, "issuedAt": timestamp(self._clock.now())}
        if readings:
            self._link().publish("telemetry", body | {"bootId": self._boot_id, "readings": readings})
