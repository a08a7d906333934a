"""Who carries out what after whom: acts with a lock in common run one after the other (D14)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger("labloop_driver")

Locks = tuple[str, ...] | None
"""None is the whole device."""


def are_serial(one: Locks, other: Locks) -> bool:
    return one is None or other is None or not set(one).isdisjoint(other)


class Line:
    """An empty line to join."""

    def __init__(self) -> None:
        self._turns: dict[asyncio.Task[None], Locks] = {}

    def join(self, command_id: str, locks: Locks, carry: Callable[[], Awaitable[None]]) -> "asyncio.Task[None]":
        """Waits for everything before it that holds a lock in common, then carries out."""
        before = [turn for turn, held in self._turns.items() if are_serial(held, locks)]
        task = asyncio.create_task(self._take_turn(command_id, before, carry))
        self._turns[task] = locks
        task.add_done_callback(self._turns.pop)
        return task

    async def idle(self) -> None:
        """Returns once everything that is in line now is over."""
        if self._turns:
            await asyncio.wait(list(self._turns))

    def close(self) -> None:
        for turn in list(self._turns):
            turn.cancel()

    async def _take_turn(
        self, command_id: str, before: "list[asyncio.Task[None]]", carry: Callable[[], Awaitable[None]]
    ) -> None:
        if before:
            await asyncio.wait(before)
        try:
            await carry()
        except Exception:
            # The record stays as it is: `started` is probed at the next start, which is the safe reading of a broken kit.
            log.exception("%s was left where it stood", command_id)
