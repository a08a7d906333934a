"""Holds the kit against the published vectors of the command contract; ends with 1 at the first that it misses."""

import json
import struct
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from labloop_driver.canonical import canonical_json, params_hash_of
from labloop_driver.signature import trust_in

vectors = json.loads(Path(sys.argv[1]).read_text("utf-8"))
checked = 0


def expect(found: object, wanted: object) -> None:
    global checked
    checked += 1
    if found != wanted:
        sys.exit(f"found {found!r}, wanted {wanted!r}")


for sample in vectors["canonicalJson"]["numbers"]["samples"]:
    (number,) = struct.unpack(">d", bytes.fromhex(sample["ieee754"]))
    expect(canonical_json(number), sample["text"])
for text in vectors["canonicalJson"]["texts"]:
    expect(canonical_json(json.loads(text["input"])), text["canonical"])
for command in vectors["paramsHashes"]:
    expect(params_hash_of(command["op"], command["params"]), command["paramsHash"])

seed = bytes.fromhex(vectors["signatures"]["key"]["seedHex"])
public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
trust = trust_in([pem])
for signed in vectors["signatures"]["messages"]:
    message = signed["message"]
    expect(trust("control", message), None)
    expect(trust("control", message | {"epoch": 77}), "the signature does not fit the message")
    expect(trust("command", {**message, "sig": 1}), "the message is not signed")
    expect(trust("command", message | {"kid": "0" * 16}), "the message is signed by a key that is not pinned here")
# S1: stopping needs permission, clearing needs a signature.
expect(trust("estop", {"active": True}), None)
expect(trust("estop", {"active": False}), "the message is not signed")
print(checked)
