"""What a device shows of itself: birth and death, capabilities, heartbeats."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from .canonical import digest_of
from .clocks import Anchor, Clock, timestamp
from .journal import Journal
from .link import Link

log = logging.getLogger("labloop_driver")

_REPEAT_BIRTH_S = 10
"""After a reconnect the broker may still have to find the old connection dead, and its will then stands over the birth."""


class Presence:
    """The presence of one driver start."""

    def __init__(
        self,
        device_id: str,
        boot_id: str,
        mode: Literal["real", "simulated"],
        anchor: Anchor | None,
        journal: Journal,
        clock: Clock,
        caps: Callable[[], dict[str, Any]],
        link: Callable[[], Link],
        *,
        running: Callable[[], list[str]],
        degraded: Callable[[], str | None],
        clock_offset_ms: Callable[[], float | None],
        health: Callable[[], dict[str, Any] | None],
        on_born: Callable[[], None],
    ) -> None:
        self._device_id, self._boot_id, self._mode, self._anchor = device_id, boot_id, mode, anchor
        self._journal, self._clock, self._caps, self._link = journal, clock, caps, link
        self._running, self._degraded, self._clock_offset_ms = running, degraded, clock_offset_ms
        self._health, self._on_born = health, on_born
        self._beats = 0
        self._is_allowed = False
        self._tasks: set[asyncio.Task[None]] = set()

    def will(self) -> dict[str, Any]:
        """Takes the next birth number and returns the death of the connection that is being made."""
        try:
            self._journal.write(is_birth=True)
        except sqlite3.Error as error:
            log.error("the journal cannot be written; this connection has the birth number of the last: %s", error)
        return self._state(False)

    def announce(self) -> None:
        """Allows announcements, or repeats them."""
        self._is_allowed = True
        self._keep(self._be_born())

    def on_up(self) -> None:
        if self._is_allowed:
            self.announce()

    def on_down(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def say_goodbye(self) -> None:
        self.on_down()
        if self._is_allowed:
            await self._link().publish("state", self._state(False))

    async def _be_born(self) -> None:
        if not await self._say():
            return
        self._on_born()
        # Whatever announced itself before has its own beats: there is one heart.
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        repeat_in_s = float(_REPEAT_BIRTH_S)
        while True:
            self._beat()
            await asyncio.sleep(self._caps()["heartbeatMs"] / 1_000)
            repeat_in_s -= self._caps()["heartbeatMs"] / 1_000
            if -1_000 < repeat_in_s <= 0:
                repeat_in_s = float("-inf")
                await self._say()

    async def _say(self) -> bool:
        link = self._link()
        body = {"v": 1, "kind": "caps", "device": self._device_id, "issuedAt": timestamp(self._clock.now())}
        if not await link.publish("caps", body | {"caps": self._caps()}):
            return False
        return await link.publish("state", self._state(True))

    def _beat(self) -> None:
        head = self._journal.head
        beat = {
            "v": 1,
            "kind": "hb",
            "device": self._device_id,
            "issuedAt": timestamp(self._clock.now()),
            "bootId": self._boot_id,
            "n": self._beats,
            "tMono": self._clock.t_mono(),
            "running": self._running(),
            "jseq": head.jseq,
        }
        optional = {
            "degraded": self._degraded(),
            "health": self._health(),
            "stopId": head.stop.stop_id,
            "clockOffsetMs": self._clock_offset_ms(),
        }
        beat |= {
            name: value for name, value in optional.items() if value is not None and (name, value) != ("stopId", 0)
        }
        self._beats += 1
        self._link().publish("heartbeat", beat)

    def _state(self, online: bool) -> dict[str, Any]:
        head = self._journal.head
        state = {
            "v": 1,
            "kind": "state",
            "device": self._device_id,
            "issuedAt": timestamp(self._clock.now()),
            "online": online,
            "journalId": head.journal_id,
            "bootId": self._boot_id,
            "bdSeq": head.bd_seq,
            "jseq": head.jseq,
            "fence": head.fence,
            "capsHash": digest_of(self._caps()),
            "mode": self._mode,
        }
        if self._anchor is not None and self._anchor.kind != "real":
            kept = self._anchor
            state["clock"] = {"kind": kept.kind, "scale": kept.scale, "labAt": kept.lab_at, "wallAt": kept.wall_at}
        if head.local is not None:
            state["local"] = {"by": head.local.by, "since": timestamp(head.local.since)}
        return state

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
