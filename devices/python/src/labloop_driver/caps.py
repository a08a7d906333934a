"""What a device announces of itself."""

import json
from pathlib import Path
from typing import Any

from .device import Device
from .models import DeviceCaps

_kit_features = ["estop", "large-results", "limits", "local-control", "precond", "reconcile-journal", "requires"]


def caps_of(device: Device, serial: str | None = None, heartbeat_ms: int = 1_000) -> dict[str, Any]:
    """Returns the announcement, checked: pure, so that a lab can be planned without the device."""
    operations = {name: _operation_caps(operation) for name, operation in device.operations.items()}
    acts = device.operations.values()
    own = {
        "locks": any(act.locks is not None for act in acts),
        "partial": any(act.partials for act in acts),
        "pause": any(act.pause is not None for act in acts),
        "probe": any(act.probe is not None for act in acts),
        "telemetry": device.read_hook is not None,
        "watchdog": device.watchdog is not None,
    }
    features = sorted(_kit_features + [name for name, has in own.items() if has])
    caps: dict[str, Any] = {
        "kind": device.kind,
        "capability": device.capability,
        "driverVersion": device.version,
        "serial": serial or device.serial,
        "firmware": None,
        "operations": operations,
        "contract": {"major": 1, "features": features},
        "heartbeatMs": heartbeat_ms,
    }
    if device.read_hook is not None:
        caps["telemetry"] = {name: {"unit": unit} for name, unit in device.channels.items()}
    if device.watchdog is not None:
        caps["watchdog"] = {"afterMs": device.watchdog_ms, "then": device.watchdog.then}
    DeviceCaps.model_validate(caps)
    return caps


def write_caps(device: Device, path: Path) -> None:
    """Writes the announcement for a lab file to name: `module: ./pump.caps.json`."""
    path.write_text(json.dumps(caps_of(device), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _operation_caps(operation: Any) -> dict[str, Any]:
    caps = {
        "title": operation.title,
        "version": operation.version,
        "params": operation.params,
        "result": operation.result,
        "retryClass": operation.retry,
        "duration": {"typicalMs": operation.typical_ms, "maxMs": operation.max_ms},
        "stoppable": operation.stop is not None,
        "probes": operation.probe is not None,
    }
    if operation.pause is not None:
        caps["pausable"] = True
    if operation.partials:
        caps["partial"] = True
    if operation.locks is not None:
        caps["locks"] = list(operation.locks)
    return caps
