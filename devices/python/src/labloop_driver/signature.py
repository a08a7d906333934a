"""Ed25519 signatures of the engine's messages; needs the extra `signed` (the library cryptography)."""

import base64
import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from .canonical import canonical_json

Trust = Callable[[str, dict[str, Any]], str | None]
"""Says why a message on a topic is not to be believed, or None when it is."""

_signed = frozenset({"command", "control", "engineHeartbeat", "estop"})


def believe_all(_key: str, _message: dict[str, Any]) -> str | None:
    """On loopback every client is believed."""
    return None


def trust_in(pems: Iterable[bytes]) -> Trust:
    """Returns what believes these public keys (PEM, SPKI): commands, controls and heartbeats of the engine only when signed,
    the E-STOP without a signature only while it stops. Raises ValueError for anything but Ed25519.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    pinned: dict[str, Ed25519PublicKey] = {}
    for pem in pems:
        key = serialization.load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("this is no Ed25519 public key in PEM: pin the engine.pub that `labloop secure` has made")
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        pinned[hashlib.sha256(der).hexdigest()[:16]] = key

    def why_not(key: str, message: dict[str, Any]) -> str | None:
        if key not in _signed or (key == "estop" and message.get("active") is True):
            return None
        kid, sig = message.get("kid"), message.get("sig")
        if not isinstance(kid, str) or not isinstance(sig, str):
            return "the message is not signed"
        if kid not in pinned:
            return "the message is signed by a key that is not pinned here"
        unsigned = {name: value for name, value in message.items() if name != "sig"}
        try:
            pinned[kid].verify(base64.urlsafe_b64decode(sig + "=" * (-len(sig) % 4)), canonical_json(unsigned).encode())
        except (InvalidSignature, ValueError, TypeError):
            return "the signature does not fit the message"
        return None

    return why_not
