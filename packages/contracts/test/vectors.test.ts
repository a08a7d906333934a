import { createPrivateKey, createPublicKey, verify as verifyBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { paramsHashOf, sha256 } from "../src/digest.ts";
import { canonicalJson, EngineControl, Estop, Execute } from "../src/index.ts";
import { kidOf, sign, verify } from "../src/signature.ts";

interface Vectors {
  readonly canonicalJson: {
    readonly numbers: { readonly samples: readonly { ieee754: string; text: string }[] };
    readonly texts: readonly { input: string; canonical: string; canonicalHex: string }[];
  };
  readonly paramsHashes: readonly { op: string; params: object; canonical: string; paramsHash: string }[];
  readonly signatures: {
    readonly key: { readonly seedHex: string; readonly publicKeyHex: string; readonly kid: string };
    readonly messages: readonly { message: Record<string, unknown>; canonical: string; sig: string }[];
  };
}

const vectors = JSON.parse(readFileSync(new URL("../vectors/wire-v1.json", import.meta.url), "utf8")) as Vectors;
const { key: published, messages } = vectors.signatures;

/** DER of an Ed25519 key is a fixed head and the 32 bytes (RFC 8410). */
const der = (head: string, bytes: string) => Buffer.from(head + bytes, "hex");
const privateKey = createPrivateKey({
  key: der("302e020100300506032b657004220420", published.seedHex),
  format: "der",
  type: "pkcs8",
});
const publicKey = createPublicKey({
  key: der("302a300506032b6570032100", published.publicKeyHex),
  format: "der",
  type: "spki",
});

test("numbers are written as in appendix B of RFC 8785", () => {
  const { samples } = vectors.canonicalJson.numbers;
  expect(samples).toHaveLength(24);
  for (const { ieee754, text } of samples) {
    expect(canonicalJson(Buffer.from(ieee754, "hex").readDoubleBE())).toBe(text);
  }
});

test("texts of RFC 8785 have its canonical bytes", () => {
  for (const { input, canonical, canonicalHex } of vectors.canonicalJson.texts) {
    expect(canonicalJson(JSON.parse(input))).toBe(canonical);
    expect(Buffer.from(canonical, "utf8").toString("hex")).toBe(canonicalHex);
  }
  // The bytes that section 3.2.4 of the RFC prints.
  expect(vectors.canonicalJson.texts[0]?.canonicalHex).toBe(
    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333" +
      "333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c" +
      "5c5c5c222f227d",
  );
});

test("published parameter hashes are those of the commands", () => {
  for (const { op, params, canonical, paramsHash } of vectors.paramsHashes) {
    expect(canonicalJson({ op, params })).toBe(canonical);
    expect(sha256(canonical)).toBe(paramsHash);
    expect(paramsHashOf(op, params)).toBe(paramsHash);
  }
});

test("published messages are messages of the contract, a person's answer with a photo among them", () => {
  const schemas = { execute: Execute, cancel: EngineControl, answer: EngineControl, estop: Estop };
  expect(messages.map(({ message }) => message["kind"])).toEqual(Object.keys(schemas));
  for (const { message } of messages) {
    const schema = schemas[message["kind"] as keyof typeof schemas];
    expect(schema.parse(message)).toMatchObject(
      message["kind"] === "cancel" ? { reason: message["reason"] } : unsealed(message),
    );
  }
});

/** A message without what the seal adds to it. */
function unsealed({ kid: _kid, sig: _sig, ...message }: Record<string, unknown>): Record<string, unknown> {
  return message;
}

test("published signatures are made and believed here, and the published key is the one of RFC 8032", () => {
  expect(published.publicKeyHex).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  expect(kidOf(publicKey)).toBe(published.kid);
  expect(kidOf(privateKey)).toBe(published.kid);
  for (const { message, canonical, sig } of messages) {
    const { sig: carried, kid, ...unsigned } = message;
    expect([carried, kid]).toEqual([sig, published.kid]);
    expect(canonicalJson({ ...unsigned, kid })).toBe(canonical);
    // Without our own code: the text, the key and the signature are enough.
    expect(verifyBytes(null, Buffer.from(canonical, "utf8"), publicKey, Buffer.from(sig, "base64url"))).toBe(true);
    expect(sign(unsigned, { kid: published.kid, key: privateKey })).toEqual(message);
    expect(verify(message, new Map([[published.kid, publicKey]]))).toBeNull();
  }
});
