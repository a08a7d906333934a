import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createRealClock } from "@labloop/clock";
import { LabView, OperatorCommand } from "@labloop/contracts";
import * as fc from "fast-check";
import fastify from "fastify";
import { expect, test } from "vitest";
import { createProjection } from "@labloop/journal";
import { openPhotoShelf } from "../src/photo-shelf.ts";
import { readAssets } from "../src/read-assets.ts";
import { noDrivers } from "../src/driver-desk.ts";
import { readCommand } from "../src/read-command.ts";
import { addRoutes } from "../src/routes.ts";
import { ask, askRaw, jsonOf, post } from "./support/ask.ts";
import { dashboardFolder, openRig, recordingLog } from "./support/rig.ts";
import { campaignOf, opening } from "./support/story.ts";

/** Every route there is, as `METHOD url`, from the very function that adds them. */
async function routes(): Promise<string[]> {
  const app = fastify();
  const found: string[] = [];
  app.addHook("onRoute", ({ method, url }) => void found.push(...[method].flat().map((each) => `${each} ${url}`)));
  const desk = { submit: () => ({ ok: true, seq: 1 }) as const, explain: () => [] };
  const model = { failure: null, seq: 0, view: () => createProjection().view(), viewText: () => "{}" };
  const { signal: closing } = new AbortController();
  const photos = openPhotoShelf("");
  const rest = { assets: new Map<string, never>(), observationsCsv: "", photos, log: recordingLog() };
  addRoutes(app, { model, desk, drivers: noDrivers, closing, ...rest });
  await app.ready();
  await app.close();
  return found;
}

test("the page is served fresh, its hashed files for ever, and both under a policy of our own origin alone", async () => {
  const { gateway } = await openRig();
  const page = await ask(gateway.url);
  expect([page.status, page.bytes.toString()]).toEqual([200, "<!doctype html><title>labloop</title>"]);
  expect(page.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  const policy = String(page.headers["content-security-policy"]).split("; ");
  expect(policy).toEqual(expect.arrayContaining(["default-src 'self'", "frame-ancestors 'none'"]));
  const script = await ask(`${gateway.url}/assets/index-abc123.js`);
  expect(script.headers).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": page.headers["content-security-policy"],
  });
});

test.each([
  ["br, gzip", "br", brotliDecompressSync],
  ["gzip, deflate", "gzip", gunzipSync],
  ["br;q=0, gzip", "gzip", gunzipSync],
  ["br;q=0.0", undefined, (bytes: Buffer) => bytes],
  ["identity", undefined, (bytes: Buffer) => bytes],
])("a file is packed as %j allows", async (accepted, encoding, unpack) => {
  const { gateway } = await openRig();
  const { headers, bytes } = await ask(`${gateway.url}/assets/index-abc123.js`, {
    headers: { "accept-encoding": accepted },
  });
  expect([headers["content-encoding"], headers.vary]).toEqual([encoding, "accept-encoding"]);
  expect(unpack(bytes).toString()).toBe("console.log('watch');\n".repeat(200));
});

test("packed forms that were built beforehand are taken as they are, and are no files of their own", async () => {
  const { assets } = dashboardFolder();
  writeFileSync(join(assets, "assets", "index-abc123.js.br"), "built");
  const read = await readAssets(assets);
  expect([...read.keys()].toSorted()).toEqual(["assets/index-abc123.js", "index.html"]);
  expect(read.get("assets/index-abc123.js")?.br?.toString()).toBe("built");
});

test("the view is the projection's, as the contract has it", async () => {
  const { gateway, append, projection } = await openRig();
  expect(jsonOf(await ask(`${gateway.url}/api/view`))).toEqual(projection.view());
  append(campaignOf(5));
  const answer = await ask(`${gateway.url}/api/view`);
  expect(answer.headers).toMatchObject({ "cache-control": "no-store", "content-type": expect.stringMatching(/json/) });
  expect(LabView.parse(jsonOf(answer))).toEqual(projection.view());
});

test("the observations are a file to keep, as soon as there are any", async () => {
  const { gateway, base } = await openRig();
  const before = await ask(`${gateway.url}/observations.csv`);
  expect([before.status, jsonOf(before)]).toEqual([404, { ok: false, reason: "no experiment has been observed yet" }]);
  writeFileSync(join(base, "observations.csv"), "number,toughness\n1,2.5\n");
  const after = await ask(`${gateway.url}/observations.csv`);
  expect(after.bytes.toString()).toBe("number,toughness\n1,2.5\n");
  expect(after.headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="observations.csv"',
  });
});

test("without a built dashboard all the rest is served, and the page says what is missing", async () => {
  const { gateway, log } = await openRig({ assets: "/nowhere/to/be/found" });
  const page = await ask(gateway.url);
  expect([page.status, jsonOf(page)]).toEqual([404, { ok: false, reason: expect.stringMatching(/is not built/) }]);
  expect((await ask(`${gateway.url}/api/view`)).status).toBe(200);
  expect(log.lines).toContain("warn there is no dashboard to serve");
});

test("the routes that are not for reading post a command, and put a photo of a step", async () => {
  const found = await routes();
  expect(found.filter((route) => !/^(GET|HEAD) /.test(route))).toEqual([
    "POST /api/commands",
    "PUT /api/photos/:commandId/:sha256",
  ]);
});

test("nothing changes by GET or HEAD, on any route, with any sort of question", async () => {
  const { gateway, journal, desk, append } = await openRig();
  append(opening());
  const head = journal.head();
  const paths = [...new Set((await routes()).map((route) => route.replace(/^\S+ /, "").replace("*", "")))];
  expect(paths.toSorted()).toEqual([
    "/",
    "/api/commands",
    "/api/photos/:commandId/:sha256",
    "/api/view",
    "/observations.csv",
  ]);
  const query = "?type=campaign.abort&command=%7B%22type%22%3A%22campaign.abort%22%7D&_method=POST";
  const body = '{"type":"campaign.abort"}';
  const headers = {
    "x-http-method-override": "POST",
    "content-type": "application/json",
    "content-length": String(body.length),
  };
  for (const path of [...paths, "/feed"]) {
    for (const method of ["GET", "HEAD"]) {
      await ask(`${gateway.url}${path}`, { method });
      await ask(`${gateway.url}${path}${query}`, { method, headers, body });
    }
  }
  expect([journal.head(), desk.commands]).toEqual([head, []]);
});

test("a command goes to the desk in the name of who sent it, and its receipt comes back", async () => {
  const { gateway, desk } = await openRig();
  const taken = await post(gateway.url, { type: "campaign.pause", reason: "lunch", name: "Ada" });
  expect([taken.status, jsonOf(taken)]).toEqual([200, { ok: true, seq: 7 }]);
  desk.answer = { ok: false, reason: "the campaign is paused already" };
  const refused = await post(
    gateway.url,
    { type: "campaign.abort" },
    { "content-type": "application/json; charset=utf-8" },
  );
  expect([refused.status, jsonOf(refused)]).toEqual([409, desk.answer]);
  expect(desk.commands).toEqual([
    { type: "campaign.pause", reason: "lunch", by: { kind: "operator", name: "Ada" } },
    { type: "campaign.abort", by: { kind: "operator", name: "dashboard" } },
  ]);
});

test.each([
  ["no object", 3, [""]],
  ["an unknown command", { type: "campaign.explode" }, ["type"]],
  ["no reason", { type: "campaign.pause" }, ["reason"]],
  ["an empty reason and an empty name", { type: "campaign.pause", reason: "", name: " " }, ["name"]],
  ["an actor", { type: "campaign.abort", by: { kind: "agent", name: "x" } }, ["by"]],
  ["something more", { type: "campaign.abort", force: true }, [""]],
  ["no name of who clears an E-STOP (S4)", { type: "estop.clear", reason: "it was toast" }, ["name"]],
])("a command with %s is refused with reasons and does not reach the desk", async (_what, value, paths) => {
  const { gateway, desk } = await openRig();
  const answer = await post(gateway.url, value);
  expect([answer.status, jsonOf(answer)]).toEqual([
    400,
    {
      ok: false,
      reason: expect.stringMatching(/../),
      faults: paths.map((path) => ({ code: "gateway.badCommand", path, message: expect.stringMatching(/../) })),
    },
  ]);
  expect(desk.commands).toEqual([]);
});

test("who says in a command's by who asks is told under which key it is said", async () => {
  const { gateway } = await openRig();
  for (const by of ["Ada", { name: "Ada" }]) {
    const answer = jsonOf(await post(gateway.url, { type: "campaign.abort", by }));
    expect(answer).toMatchObject({ ok: false, reason: expect.stringContaining("under the key 'name'") });
  }
});

test("whatever is posted is a command of an operator or refused with reasons", () => {
  const type = fc.constantFrom("campaign.pause", "campaign.resume", "campaign.stop", "campaign.abort", "campaign.x");
  const likely = fc.record({ type, reason: fc.string(), name: fc.string(), by: fc.jsonValue() }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(likely, fc.jsonValue()), (body) => {
      const read = readCommand(body);
      if (read.ok) expect([OperatorCommand.parse(read.value), read.value.by.kind]).toEqual([read.value, "operator"]);
      else expect(read.faults.length).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

test("a driver is loaded anew by who hosts it, not by the desk, and what is refused says where, why and what mends it", async () => {
  const asked: string[] = [];
  const fault = { code: "driver.threw", message: "it threw", file: "/lab/oven.mjs", line: 3, hint: "mend the driver" };
  const reload = async (device: string, { name }: { readonly name: string }) => {
    asked.push(device === "mixer" ? `${device} by ${name}` : device);
    return device === "oven" ? [fault] : [];
  };
  const { gateway, desk } = await openRig({ drivers: { ...noDrivers, reload } });
  const taken = await post(gateway.url, { type: "device.reload", device: "mixer", name: "Ada" });
  expect([taken.status, jsonOf(taken)]).toEqual([200, { ok: true, seq: 0 }]);
  const refused = await post(gateway.url, { type: "device.reload", device: "oven" });
  const reason = "it threw (/lab/oven.mjs:3). Mend the driver";
  expect([refused.status, jsonOf(refused)]).toEqual([409, { ok: false, reason }]);
  expect((await post(gateway.url, { type: "device.reload" })).status).toBe(400);
  expect([asked, desk.commands]).toEqual([["mixer by Ada", "oven"], []]);
});

const commandId = "01KA0000000000000000000000.1";
const answered = { commandId, name: "Ada", reason: "I looked" };

test.each([
  [{ ...answered, type: "doubt.resolve", as: "executed", result: { mass: { value: 3, unit: "g" } } }],
  [{ ...answered, type: "doubt.resolve", as: "partial", result: {}, executed: {} }],
  [{ ...answered, type: "doubt.resolve", as: "not-executed", confirmedBy: "Grace" }],
  [{ ...answered, type: "doubt.resolve", as: "discarded", stopsRun: true }],
  [{ ...answered, type: "doubt.probe" }],
  [{ type: "device.release", device: "arm", name: "Ada", reason: "I looked" }],
  [
    {
      type: "device.calibrated",
      device: "arm",
      reference: "C-1",
      expires: "2027-03-31",
      name: "Ada",
      reason: "yearly",
    },
  ],
  [{ type: "restore.confirm", name: "Ada", reason: "the disk was replaced" }],
])("what a person answers to doubt comes to the desk with names and reason: %j", async (body) => {
  const { gateway, desk } = await openRig();
  expect((await post(gateway.url, body)).status).toBe(200);
  const { name, ...rest } = body;
  const second = "confirmedBy" in rest ? { confirmedBy: { kind: "operator", name: rest.confirmedBy } } : {};
  expect(desk.commands).toEqual([{ ...rest, ...second, by: { kind: "operator", name } }]);
});

test.each([
  ["no name", { ...answered, name: undefined, type: "doubt.resolve", as: "discarded" }, "name"],
  ["an empty name", { ...answered, name: " ", type: "doubt.resolve", as: "discarded" }, "name"],
  ["no reason", { ...answered, reason: "", type: "doubt.resolve", as: "discarded" }, "reason"],
  ["no answer", { ...answered, type: "doubt.resolve" }, "as"],
  ["an answer that there is not", { ...answered, type: "doubt.resolve", as: "perhaps" }, "as"],
  ["no command", { ...answered, commandId: "x", type: "doubt.probe" }, "commandId"],
  [
    "a second person who is an actor",
    { ...answered, type: "doubt.resolve", as: "discarded", confirmedBy: {} },
    "confirmedBy",
  ],
  ["a second person where none is asked", { ...answered, type: "doubt.probe", confirmedBy: "Grace" }, ""],
])("an answer to doubt with %s is refused with that fault and does not reach the desk", async (_what, body, path) => {
  const { gateway, desk } = await openRig();
  const answer = await post(gateway.url, body);
  expect(answer.status).toBe(400);
  expect((jsonOf(answer) as { faults: { path: string }[] }).faults.map((fault) => fault.path)).toEqual([path]);
  expect(desk.commands).toEqual([]);
});

const abort = '{"type":"campaign.abort"}';

test.each([
  ["no content type", {}, abort, 415],
  ["text, as a form could send it", { "content-type": "text/plain" }, abort, 415],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, abort, 415],
  ["broken JSON", { "content-type": "application/json" }, '{"type":', 400],
  ["nothing", { "content-type": "application/json" }, "", 400],
  ["a key that reaches for the prototype", { "content-type": "application/json" }, '{"__proto__":{"type":"x"}}', 400],
  ["more than 256 KiB", { "content-type": "application/json" }, `{"name":"${"x".repeat(256 * 1024)}"}`, 413],
])("a POST of %s is refused with a sentence", async (_what, headers, body, status) => {
  const { gateway, desk } = await openRig();
  const answer = await ask(`${gateway.url}/api/commands`, { method: "POST", headers, body });
  expect([answer.status, jsonOf(answer)]).toEqual([status, { ok: false, reason: expect.stringMatching(/ /) }]);
  expect(desk.commands).toEqual([]);
});

test("a desk that breaks is logged and answered without its inside", async () => {
  const clock = createRealClock();
  const { gateway, log } = await openRig({
    linkClock: clock,
    desk: {
      submit() {
        throw new Error("row 7 of /home/ada/journal.db");
      },
      explain: () => [],
    },
  });
  const answer = await post(gateway.url, { type: "campaign.abort" });
  expect([answer.status, jsonOf(answer)]).toEqual([500, { ok: false, reason: "the server failed; its log says why" }]);
  expect(log.lines).toContain("error request failed");
});

test("no path leads out of the dashboard's folder, however it is written", async () => {
  const { base, assets } = dashboardFolder();
  symlinkSync(join(base, "secret.txt"), join(assets, "assets", "link.txt"));
  const { gateway } = await openRig({ assets });
  for (const path of [
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/assets/../index.html",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "//secret.txt",
    "/assets/link.txt",
    `/${base}/secret.txt`,
    "/assets/index-abc123.js%00.txt",
    "/assets",
    "/assets/",
    "/%zz",
  ]) {
    const rest = `Host: 127.0.0.1:${gateway.port}\r\nConnection: close`;
    const answer = await askRaw(gateway.port, `GET ${path} HTTP/1.1\r\n${rest}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toMatch(/the secret/);
  }
});
