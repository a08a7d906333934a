"""Who has the instrument: the engine, or staff beside it (D19)."""

import logging
import sqlite3
from collections.abc import Callable

from .clocks import Clock, timestamp
from .device import Device
from .executor import Executor
from .facts import fault
from .journal import Journal, Local
from .models import CommandError
from .sessions import Sessions

log = logging.getLogger("labloop_driver")


class LocalRefused(Exception):
    """Nothing has changed; its text says why, and what mends it."""


def local_control(local: Local) -> CommandError:
    """Returns why nothing is done while staff have the instrument."""
    since = timestamp(local.since)
    return fault(
        "local-control", f"{local.by} has had the instrument since {since}: nothing is started before it is given back"
    )


class LocalControl:
    """The local control of one driver start; what an earlier process was told still stands."""

    def __init__(
        self,
        device: Device,
        journal: Journal,
        clock: Clock,
        sessions: Sessions,
        executor: Executor,
        is_latched: Callable[[], bool],
        on_change: Callable[[bool], None],
    ) -> None:
        self._device, self._journal, self._clock, self._sessions = device, journal, clock, sessions
        self._executor, self._is_latched, self._on_change = executor, is_latched, on_change
        self._is_returning = False

    def holder(self) -> Local | None:
        return self._journal.head.local

    def take(self, by: str) -> Local:
        """Gives the instrument to staff: from now on nothing is started for the engine, also after a restart."""
        known = self.holder()
        if by.strip() == "":
            raise LocalRefused("say who takes the instrument")
        if known is not None and known.by != by:
            raise LocalRefused(f"{known.by} has had the instrument since {timestamp(known.since)}: ask for it")
        if known is not None:
            return known
        running = [act.command_id for act in self._executor.started()]
        if self._device.refuses_local_while_running and running:
            raise LocalRefused(f"{', '.join(running)} is being carried out, and must not be left half done")
        local = Local(by, self._clock.now())
        self._persist(local)
        self._executor.dismiss_accepted(local_control(local))
        self._on_change(True)
        return local

    async def give_back(self) -> None:
        """Gives it back to the engine, which has to reconcile first; re-homes before, if that is declared."""
        if self.holder() is None:
            raise LocalRefused("nobody has taken the instrument")
        if self._is_returning:
            raise LocalRefused("the instrument is being given back already")
        if self._device.rehome_hook is not None:
            if self._is_latched():
                raise LocalRefused("an E-STOP stands: have it cleared first")
            if self._executor.started():
                raise LocalRefused("an act is still going on")
            if not self._sessions.is_up:
                raise LocalRefused("no connection to the instrument")
            self._is_returning = True
            try:
                await self._device.rehome_hook(self._sessions.current)
            except Exception as error:
                raise LocalRefused(f"the instrument stays local: {error}") from error
            finally:
                self._is_returning = False
        self._persist(None)
        self._on_change(False)

    def _persist(self, local: Local | None) -> None:
        try:
            self._journal.write(local=local)
        except sqlite3.Error as error:
            raise LocalRefused(f"nothing has changed, the journal cannot be written: {error}") from error
