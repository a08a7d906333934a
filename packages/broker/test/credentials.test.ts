import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSecret, readCredentials, writeCredentials } from "../src/index.ts";

test("a secret has 256 bits, and no two are alike", () => {
  const secrets = Array.from({ length: 100 }, createSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(Buffer.from(secret, "base64url")).toHaveLength(32);
});

test("only the user's own secret opens, and the file holds none", async () => {
  const secrets = { "dev-arm": createSecret(), "dev-printer": createSecret() };
  const text = writeCredentials(secrets);
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  const credentials = readCredentials(text);
  expect(await credentials.check("dev-arm", secrets["dev-arm"])).toBe(true);
  expect(await credentials.check("dev-printer", secrets["dev-printer"])).toBe(true);
  for (const [user, secret] of [
    ["dev-arm", secrets["dev-printer"]],
    ["dev-arm", ""],
    ["dev-arm", `${secrets["dev-arm"]} `],
    ["dev-arm", "x".repeat(100_000)],
    ["dev-nobody", secrets["dev-arm"]],
    ["__proto__", secrets["dev-arm"]],
    ["", ""],
  ] as const) {
    expect(await credentials.check(user, secret)).toBe(false);
  }
});

test("a file that is none is refused with a hint, whatever is in it; its content is not quoted", () => {
  const refused = (text: string) =>
    expect(() => readCredentials(text)).toThrow(
      expect.objectContaining({ code: "broker.badCredentials", hint: expect.stringContaining("labloop secure") }),
    );
  refused("");
  refused("{}");
  refused(JSON.stringify({ v: 1, users: { "dev-arm": "hush" } }));
  // A cost that would take the machine's memory is no cost.
  const costly = { N: 2 ** 30, r: 8, p: 1, salt: "AAAA", hash: "AAAA" };
  refused(JSON.stringify({ v: 1, users: { "dev-arm": costly } }));
  expect(() => readCredentials("hush")).not.toThrow(/hush/);
  fc.assert(fc.property(fc.string(), fc.json(), (text, json) => [text, json].forEach(refused)));
});
