import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../src/index.ts";
import { kidOf, readPinnedKeys, readSigningKey, sign, trustIn, verify } from "../src/signature.ts";

const pair = () => generateKeyPairSync("ed25519");
const [own, foreign] = [pair(), pair()];
const key = { kid: kidOf(own.privateKey), key: own.privateKey };
const pinned = new Map([[key.kid, own.publicKey]]);
const onTheWire = (message: object) => JSON.parse(JSON.stringify(message)) as Record<string, unknown>;
const message = fc.dictionary(fc.string(), fc.jsonValue());

test("what was signed is believed after a trip as JSON, whatever it holds and in whatever order", () => {
  fc.assert(
    fc.property(message, (content) => {
      const arrived = onTheWire(sign(content, key));
      expect(verify(arrived, pinned)).toBeNull();
      expect(verify(Object.fromEntries(Object.entries(arrived).reverse()), pinned)).toBeNull();
    }),
  );
});

test("any field that is changed, added or taken away breaks the signature, unknown fields included", () => {
  fc.assert(
    fc.property(message, fc.string(), fc.jsonValue(), (content, name, value) => {
      const arrived = onTheWire(sign(content, key));
      const altered = { ...arrived, [name]: value };
      if (canonicalJson(altered) !== canonicalJson(arrived)) expect(verify(altered, pinned)).not.toBeNull();
      for (const missing of Object.keys(arrived)) {
        const { [missing]: _gone, ...rest } = arrived;
        expect(verify(rest, pinned)).not.toBeNull();
      }
    }),
  );
});

test("verify answers, and never throws, whatever stands where the signature should", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (kid, sig) => {
      expect(verify({ v: 1, kid, sig }, pinned)).not.toBeNull();
      expect(verify({ v: 1, kid: key.kid, sig }, pinned)).not.toBeNull();
    }),
  );
  expect(verify({ v: JSON.parse("1e999") as number, kid: key.kid, sig: "" }, pinned)).toContain("canonical");
});

test("a key that is not pinned is not believed, under its own id or another's", () => {
  const signed = sign({ v: 1 }, { kid: kidOf(foreign.privateKey), key: foreign.privateKey });
  expect(verify(signed, pinned)).toContain("not pinned");
  expect(verify(sign({ v: 1 }, { kid: key.kid, key: foreign.privateKey }), pinned)).toContain("does not fit");
  expect(verify(sign({ v: 1 }, key), new Map())).toContain("not pinned");
});

test("S1: with pins, commands, controls, engine heartbeats and clearing need a signature; stopping and all else do not", () => {
  const trust = trustIn(pinned);
  const keys = ["command", "control", "report", "state", "caps", "heartbeat", "engine", "engineHeartbeat"] as const;
  expect(keys.filter((one) => trust(one, { v: 1 }) !== null)).toEqual(["command", "control", "engineHeartbeat"]);
  expect(keys.filter((one) => trust(one, sign({ v: 1 }, key)) !== null)).toEqual([]);
  expect(trust("estop", { active: true })).toBeNull();
  expect(trust("estop", sign({ active: false }, key))).toBeNull();
  for (const active of [false, undefined, null, 0, "true"]) expect(trust("estop", { active })).not.toBeNull();
});

test("keys are read from PEM; anything but Ed25519 is refused without quoting it", () => {
  const pem = (from: typeof own) => ({
    secret: from.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    open: from.publicKey.export({ format: "pem", type: "spki" }).toString(),
  });
  const { secret, open } = pem(own);
  expect(readSigningKey(secret).kid).toBe(key.kid);
  expect([...readPinnedKeys([open, pem(foreign).open]).keys()]).toEqual([key.kid, kidOf(foreign.publicKey)]);
  const { privateKey: other } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  for (const text of ["", "hush-hush", open, other.export({ format: "pem", type: "pkcs8" }).toString()]) {
    expect(() => readSigningKey(text)).toThrow(expect.objectContaining({ code: "signature.badKey" }));
    expect(() => readSigningKey(text)).not.toThrow(/hush/);
  }
  expect(() => readPinnedKeys(["nonsense"])).toThrow(expect.objectContaining({ code: "signature.badKey" }));
});
