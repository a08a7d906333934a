"""A device of a labloop lab, written in Python: its author writes capabilities, stop and probe."""

from .act import Context
from .caps import caps_of, write_caps
from .counter import Counter
from .device import Calibration, Device, Term, Watchdog
from .driver import Driver
from .endings import CannotTell, Done, Failed, Happened, HappenedInPart, NotHappened, StillRunning
from .lines import Address, Identity, Lines, Refused
from .link import Broker
from .local_control import LocalRefused
from .quantities import Bounds, DefinitionError, Q, Series, Unit
from .world import World, WorldError

__all__ = [
    "Address",
    "Bounds",
    "Broker",
    "Calibration",
    "CannotTell",
    "Context",
    "Counter",
    "DefinitionError",
    "Device",
    "Done",
    "Driver",
    "Failed",
    "Happened",
    "HappenedInPart",
    "Identity",
    "Lines",
    "LocalRefused",
    "NotHappened",
    "Q",
    "Refused",
    "Series",
    "StillRunning",
    "Term",
    "Unit",
    "Watchdog",
    "World",
    "WorldError",
    "caps_of",
    "write_caps",
]
