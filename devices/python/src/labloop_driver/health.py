"""Has the driver look after its instrument as long as there is a session; what it says rides on the heartbeats."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from .clocks import Clock, timestamp
from .device import Device
from .sessions import Sessions

log = logging.getLogger("labloop_driver")

_PATIENCE_S = 30
"""How long a look may take before people are told that the driver does not say; chosen."""

_MOST_LETTERS = 500
"""What a heartbeat takes of words."""


class HealthWatch:
    """Nothing waits for a look. One that raises, hangs, or says what is no word, makes the condition unknown."""

    def __init__(self, device: Device, clock: Clock, sessions: Sessions, is_acting: Callable[[], bool]) -> None:
        self._device, self._clock, self._sessions, self._is_acting = device, clock, sessions, is_acting
        self._known: dict[str, Any] | None = None
        # What was said over another session says nothing of the present.
        self._said_over: Any = self

    def last_word(self) -> dict[str, Any] | None:
        """As a heartbeat carries it; None as long as nothing was said over the present session."""
        is_present = self._sessions.is_up and self._sessions.current is self._said_over
        return self._known if is_present else None

    async def run(self) -> None:
        declared = self._device.health_look
        if declared is None:
            await asyncio.Event().wait()
            return
        while True:
            session = await self._sessions.next()
            if declared.while_acting or not self._is_acting():
                await self._look_once(declared.look, session)
            await asyncio.sleep(declared.every_ms / 1_000)

    async def _look_once(self, look: Callable[[Any], Any], session: Any) -> None:
        looking = asyncio.ensure_future(look(session))
        try:
            done, _ = await asyncio.wait([looking], timeout=_PATIENCE_S)
            if not done:
                self._note(session, "unknown", f"its driver has not answered for {_PATIENCE_S} s")
            # Never two looks at a time over one session.
            while not looking.done():
                if not self._sessions.is_up or self._sessions.current is not session:
                    return
                await asyncio.wait([looking], timeout=1)
            word = looking.result()
            if word is not None and (not isinstance(word, str) or word == ""):
                raise TypeError("health answers with None, or with words for people")
            self._note(session, "ok" if word is None else "attention", word)
        except Exception as error:
            self._note(session, "unknown", f"its driver could not tell: {error or type(error).__name__}")
        finally:
            looking.cancel()

    def _note(self, session: Any, state: str, words: str | None) -> None:
        if not self._sessions.is_up or self._sessions.current is not session:
            return
        is_same = self._known is not None and self._known["state"] == state
        if not is_same and state != "ok":
            log.warning("the instrument's condition: %s: %s", state, words)
        since = self._known["since"] if self._known is not None and is_same else timestamp(self._clock.now())
        message = {} if words is None else {"message": words[:_MOST_LETTERS]}
        self._known, self._said_over = {"state": state, **message, "since": since}, session
