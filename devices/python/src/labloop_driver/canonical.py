"""Canonical JSON (RFC 8785), and the digests that both ends compute from it."""

import hashlib
import json
import math
import re
from decimal import Decimal
from typing import Any

_lone_surrogate = re.compile("[\ud800-\udfff]")


def canonical_json(value: Any) -> str:
    """Returns the canonical text: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.

    Raises ValueError on NaN and infinity, TypeError on what is not JSON.
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float)):
        return _number(float(value))
    if isinstance(value, (list, tuple)):
        return f"[{','.join(canonical_json(entry) for entry in value)}]"
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be", "surrogatepass"))
        return f"{{{','.join(f'{_text(key)}:{canonical_json(member)}' for key, member in members)}}}"
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def sha256(content: bytes) -> str:
    """Returns the SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_of(value: Any) -> str:
    """Returns the SHA-256 of the value's canonical JSON."""
    return sha256(canonical_json(value).encode())


def params_hash_of(op: str, params: dict[str, Any]) -> str:
    """Returns a command's `paramsHash`: ttl, epoch and dseq stand outside it, so that a re-send keeps it."""
    return digest_of({"op": op, "params": params})


def _text(text: str) -> str:
    # Surrogates that pair were joined when the text was read: what is left stands alone, and has no UTF-8.
    return _lone_surrogate.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(text, ensure_ascii=False))


def _number(number: float) -> str:
    """As Number.prototype.toString: the shortest digits that give the same double, which Python's repr has too."""
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a JSON number")
    if number == 0:
        return "0"
    sign, given, exponent = Decimal(repr(number)).as_tuple()
    digits = "".join(map(str, given)).rstrip("0")
    point = len(given) + int(exponent)
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        rest = f".{digits[1:]}" if len(digits) > 1 else ""
        text = f"{digits[0]}{rest}e{point - 1:+d}"
    return f"-{text}" if sign else text
