"""The world of a simulated lab, which runs in a process of its own: the clock that is kept there, and its instruments."""

import json
import logging
import time
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from .clocks import Anchor

log = logging.getLogger("labloop_driver")

_LOOK_EVERY_S = 0.25


class WorldError(Exception):
    """The file is no address of this lab's world, or one with a clock that no driver elsewhere can keep."""


class _Clock(BaseModel):
    kind: Literal["real", "scaled", "virtual"]
    scale: float = Field(gt=0)
    lab_at: float = Field(alias="labAt")
    wall_at: float = Field(alias="wallAt")


class _Address(BaseModel):
    v: Literal[1]
    lab: str
    clock: _Clock
    wires: dict[str, str]


class World:
    """The world as its file tells it; the clock is the one that stood there first."""

    def __init__(self, file: Path, lab: str) -> None:
        """Waits until the world is there: the two are started in either order. Raises WorldError."""
        self._file, self._lab = file, lab
        if not file.exists():
            log.warning("no world has written %s yet; waiting for it", file)
        while not file.exists():
            time.sleep(_LOOK_EVERY_S)
        self.anchor = self._read()[0]

    def config_of(self, device_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """Returns the config with `host` and `port` of the device's instrument, unless it names others.

        The file is read again, since a world that was started again listens on other ports. Raises WorldError, also when
        another clock is kept there now: what this driver waits for would last too long or not long enough.
        """
        anchor, wires = self._read()
        if anchor != self.anchor:
            raise WorldError(f"the world of {self._file} has another clock than when this driver began: start it again")
        if device_id not in wires:
            return given
        host, _, port = wires[device_id].rpartition(":")
        return {"host": host, "port": int(port)} | given

    def _read(self) -> tuple[Anchor, dict[str, str]]:
        try:
            address = _Address.model_validate(json.loads(self._file.read_text("utf-8")))
        except (ValidationError, ValueError) as error:
            raise WorldError(f"{self._file} is no address of a lab's world: {error}") from error
        if address.lab != self._lab:
            raise WorldError(f"{self._file} is the address of lab {address.lab}, not of {self._lab}")
        kept = address.clock
        if kept.kind == "virtual":
            raise WorldError(f"{self._file} tells virtual time, which goes on in a single process only")
        return Anchor(kept.kind, kept.scale, kept.lab_at, kept.wall_at), address.wires
