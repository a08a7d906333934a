"""Topics and messages as bytes: what arrives is checked before anybody sees it, and never raises (D1, D18)."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from . import models
from .models import RefusalCode
from .signature import Trust

_KIB = 1024
_DEEPEST = 64
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Topic:
    """A topic below the root: where it is, what it takes, how it is sent, and how long its messages may be."""

    path: str
    shape: TypeAdapter[Any]
    qos: int
    retain: bool
    max_bytes: int


def _topic(path: str, shape: Any, qos: int = 1, retain: bool = False, kib: int = 256) -> Topic:
    return Topic(path, TypeAdapter(shape), qos, retain, kib * _KIB)


TOPICS = {
    "command": _topic("device/{name}/cmd", models.Execute, kib=64),
    "control": _topic("device/{name}/ctl", models.EngineControl, kib=64),
    "report": _topic("device/{name}/rep", models.DeviceMessage),
    "state": _topic("device/{name}/state", models.DeviceState, retain=True),
    "caps": _topic("device/{name}/caps", models.CapsMessage, retain=True),
    "heartbeat": _topic("device/{name}/hb", models.Heartbeat, qos=0),
    "telemetry": _topic("device/{name}/tel", models.Telemetry, qos=0),
    "blob": _topic("device/{name}/blob/{leaf}", models.BlobChunk),
    "engineHeartbeat": _topic("engine/{name}/hb", models.EngineHeartbeat, qos=0, kib=64),
    "estop": _topic("estop", models.Estop, retain=True, kib=64),
}

_KINDS = {
    "command": ["execute"],
    "control": ["reconcile", "cancel", "ack", "probe", "pause", "resume", "fence", "get-blob"],
    "engineHeartbeat": ["engine-hb"],
    "estop": ["estop"],
}


@dataclass(frozen=True)
class Delivery:
    """A message that satisfied its topic's schema."""

    key: str
    message: Any
    retained: bool


@dataclass(frozen=True)
class Malformed:
    """A message that did not: counted and answered; `command_id` is there when it could still be read."""

    code: RefusalCode
    why: str
    command_id: str | None


def topic_of(lab: str, key: str, name: str = "", leaf: str = "") -> str:
    return f"labloop/v1/{lab}/{TOPICS[key].path.format(name=name, leaf=leaf)}"


def encode(key: str, message: dict[str, Any]) -> bytes:
    """Returns the bytes; raises ValueError for what no receiver would accept."""
    TOPICS[key].shape.validate_python(message)
    content = json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
    if len(content) > TOPICS[key].max_bytes:
        raise ValueError(f"a {key} message has {len(content)} bytes, at most {TOPICS[key].max_bytes}")
    return content


def decode(key: str, device_id: str, content: bytes, retained: bool, trust: Trust) -> Delivery | Malformed:
    """Returns what arrived on a topic that a device listens to."""
    if len(content) > TOPICS[key].max_bytes:
        return Malformed("oversize", f"{len(content)} bytes, at most {TOPICS[key].max_bytes}", None)
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return Malformed("malformed", _brief(str(error)), None)
    if not isinstance(value, dict):
        return Malformed("malformed", "the message is not a JSON object", None)
    command_id = _command_id(value.get("commandId"))
    if _depth(value) > _DEEPEST:
        return Malformed("malformed", f"nested deeper than {_DEEPEST} levels", command_id)
    not_believed = trust(key, value)
    if not_believed is not None:
        return Malformed("bad-signature", not_believed, command_id)
    version, kind, device = value.get("v"), value.get("kind"), value.get("device")
    if version is not None and (version != 1 or isinstance(version, bool)):
        return Malformed("unknown-version", f"version {_brief(repr(version))}; this side speaks 1", command_id)
    if isinstance(kind, str) and kind not in _KINDS[key]:
        return Malformed("unknown-kind", f"kind {_brief(kind)}; this topic takes {', '.join(_KINDS[key])}", command_id)
    if key in ("command", "control") and isinstance(device, str) and device != device_id:
        return Malformed("wrong-device", f"the message names {_brief(device)}, its topic {device_id}", command_id)
    try:
        return Delivery(key, TOPICS[key].shape.validate_python(value), retained)
    except (ValidationError, RecursionError) as error:
        return Malformed("malformed", _told(error), command_id)


_ids = TypeAdapter(models.CommandId)


def _command_id(value: Any) -> str | None:
    try:
        return _ids.validate_python(value)
    except ValidationError:
        return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _depth(value: Any) -> int:
    """Counts levels without recursion, which a hostile message could exhaust."""
    level, deepest = [value], 0
    while level:
        deepest += 1
        nested = [one for one in level if isinstance(one, (dict, list))]
        level = [entry for one in nested for entry in (one.values() if isinstance(one, dict) else one)]
        if deepest > _DEEPEST:
            break
    return deepest - 1


def _told(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return _brief(str(error))
    faults = error.errors(include_url=False, include_input=False)
    return _brief("; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in faults))


def _brief(text: str) -> str:
    """Keeps a stranger's text from filling logs and journals."""
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"
