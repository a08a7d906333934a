"""What a device announces of itself."""

import json
from pathlib import Path
from typing import Any

from .device import Calibration, Device, Operation, ms_of
from .models import DeviceCaps
from .quantities import DefinitionError

_kit_features = ["estop", "large-results", "limits", "local-control", "precond", "reconcile-journal", "requires"]


def caps_of(device: Device, serial: str | None = None, heartbeat_ms: int = 1_000) -> dict[str, Any]:
    """Returns the announcement, checked: pure, so that a lab can be planned without the device."""
    operations = {name: _operation_caps(operation) for name, operation in device.operations.items()}
    acts = device.operations.values()
    own = {
        "health": device.health_look is not None,
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
    if device.calibration is not None:
        caps["calibration"] = _calibration_caps(device, device.calibration)
    if device.watchdog is not None:
        caps["watchdog"] = {"afterMs": device.watchdog_ms, "then": device.watchdog.then}
    DeviceCaps.model_validate(caps)
    return caps


def write_caps(device: Device, path: Path) -> None:
    """Writes the announcement for a lab file to name: `module: ./pump.caps.json`."""
    path.write_text(json.dumps(caps_of(device), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _calibration_caps(device: Device, need: Calibration) -> dict[str, Any]:
    results = [f"{name}.{result}" for name, operation in device.operations.items() for result in operation.result]
    for value in need.values:
        if value not in results:
            there = ", ".join(results) or "none"
            raise DefinitionError(f"{device.kind}: {value} is calibrated and no result of an operation; there are: {there}")
    if need.renew is not None and need.renew not in device.operations:
        raise DefinitionError(f"{device.kind}: there is no operation {need.renew} to renew the calibration")
    given = {"reference": need.reference, "noticeDays": need.notice_days, "whenExpired": need.when_expired}
    caps = {"values": list(need.values), "everyDays": need.every_days, "method": need.method}
    caps |= {name: value for name, value in given.items() if value is not None}
    if need.renew is not None:
        caps["renew"] = {"operation": need.renew} | ({} if need.renew_with is None else {"with": dict(need.renew_with)})
    return caps


def _duration_caps(operation: Operation) -> dict[str, Any]:
    caps: dict[str, Any] = {"typicalMs": operation.typical_ms, "maxMs": operation.max_ms}
    terms = [term for term in operation.by_params if term.of or term.per]
    if terms:
        sides = [{"of": list(term.of), "per": list(term.per)} for term in terms]
        said = [{side: names for side, names in both.items() if names} for both in sides]
        caps["byParams"] = {
            "baseMs": sum(ms_of(term.each) for term in operation.by_params if term not in terms),
            "terms": [{"ms": ms_of(term.each)} | names for term, names in zip(terms, said, strict=True)],
        }
    return caps


def _operation_caps(operation: Operation) -> dict[str, Any]:
    caps: dict[str, Any] = {
        "title": operation.title,
        "version": operation.version,
        "params": operation.params,
        "result": operation.result,
        "retryClass": operation.retry,
        "duration": _duration_caps(operation),
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
