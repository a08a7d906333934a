"""The session with the instrument: opened again after every loss, as long as the driver runs."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from .clocks import back_off
from .device import Device
from .lines import Identity

log = logging.getLogger("labloop_driver")

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.25, 15
_NO_SESSION = object()


def config_of(device: Device, given: dict[str, Any]) -> Any:
    """Returns the config as the session wants it: its annotated pydantic model, or the plain dict."""
    if device.session_hook is None:
        return given
    parameters = list(inspect.signature(device.session_hook, eval_str=True).parameters.values())
    wanted = parameters[0].annotation if parameters else None
    if isinstance(wanted, type) and issubclass(wanted, BaseModel):
        return wanted.model_validate(given)
    return given


class Sessions:
    """Keeps one session. A device that declares none has one all the time: None."""

    def __init__(self, device: Device, config: Callable[[], Any], on_session: Callable[[], None]) -> None:
        """`config` is asked at every opening: where a simulated instrument is may have changed."""
        self._hook, self._config, self._on_session = device.session_hook, config, on_session
        self._identify = device.identify_hook
        self.identity = Identity()
        self._current: Any = _NO_SESSION if device.session_hook is not None else None
        self._opened, self._lost = asyncio.Event(), asyncio.Event()
        if device.session_hook is None:
            self._opened.set()

    @property
    def is_up(self) -> bool:
        return self._current is not _NO_SESSION

    @property
    def current(self) -> Any:
        """To be asked for when `is_up`."""
        return self._current

    async def next(self) -> Any:
        """Returns the session once there is one."""
        while not self.is_up:
            await self._opened.wait()
        return self._current

    def drop(self, session: Any) -> None:
        """Gives up a session that no longer makes sense; does nothing when it has been replaced already."""
        if self._hook is not None and self.is_up and session is self._current:
            # At once: nobody may ask the old one while it is being closed.
            self._current = _NO_SESSION
            self._opened.clear()
            self._lost.set()

    async def run(self) -> None:
        """Keeps a session open until cancelled."""
        if self._hook is None:
            if self._identify is not None:
                self.identity = await self._identify(None)
            self._on_session()
            return
        waits = back_off(_FIRST_WAIT_S, _LONGEST_WAIT_S)
        while True:
            opened_at = asyncio.get_running_loop().time()
            try:
                takes_config = bool(inspect.signature(self._hook).parameters)
                await self._hold(self._hook(self._config()) if takes_config else self._hook())
                log.warning("the session with the instrument was lost; opening it again")
            except Exception as error:
                log.warning("no session with the instrument: %s; trying again until there is one", error)
            # A session that held for so long was no flapping one.
            if asyncio.get_running_loop().time() - opened_at >= _LONGEST_WAIT_S:
                waits = back_off(_FIRST_WAIT_S, _LONGEST_WAIT_S)
            await asyncio.sleep(next(waits))

    async def _hold(self, opening: Any) -> None:
        session = await anext(opening)
        try:
            if self._identify is not None:
                self.identity = await self._identify(session)
        except BaseException:
            await opening.aclose()
            raise
        self._lost.clear()
        self._current = session
        self._opened.set()
        try:
            self._on_session()
            await self._lost.wait()
        finally:
            self._current = _NO_SESSION
            self._opened.clear()
            await opening.aclose()
