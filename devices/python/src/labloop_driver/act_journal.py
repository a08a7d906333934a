"""Makes durable what becomes of acts."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable

from .clocks import Clock, back_off
from .facts import End, fault, settled_record
from .journal import Journal
from .kept_results import KeptResult
from .models import CommandRecord

log = logging.getLogger("labloop_driver")


class ActJournal:
    """The journal as acts use it."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock

    async def settle(self, command_id: str, end: End, free: Callable[[], None]) -> CommandRecord | None:
        """D5: the end is durable first, then the device is free; returns what is to be reported.

        Written on the record as it is by then, again and again until the journal takes it (D10).
        """
        for wait_s in back_off(1, 60):
            record = self._journal.find(command_id)
            # Only what has not started can be cancelled, whatever has happened since somebody decided so.
            is_late = record is not None and end.state == "cancelled" and record.state != "accepted"
            if record is None or record.settledAt is not None or is_late:
                free()
                return None
            affordable = self._affordable(end)
            settled = settled_record(record, self._clock.moment(), affordable)
            large = affordable.large
            kept = None if large is None else KeptResult(command_id, large.sha256, large.content)
            try:
                self._journal.write(settled, result=kept)
            except sqlite3.Error as error:
                log.error("the end of %s cannot be journaled: %s; trying again", command_id, error)
                await asyncio.sleep(wait_s)
                continue
            free()
            return settled
        return None

    def _affordable(self, end: End) -> End:
        """Without room for it a result is lost, and said to be: the act took place all the same."""
        if end.large is None or len(end.large.content) <= self._journal.results.room():
            return end
        message = f"the result has {len(end.large.content)} bytes, and this device has no room left for it"
        error = fault("device.resultQuota", message, "instrument")
        return End("failed", "full", executed=end.executed, evidence=end.evidence, error=error)
