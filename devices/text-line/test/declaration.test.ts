import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createVirtualClock } from "@labloop/clock";
import { textDevice } from "@labloop/device-text-line/text-device";
import { createStreamPair } from "@labloop/driver";
import { expect, test } from "vitest";
import { TextDeclaration } from "../declaration.ts";
import { defineTextDevice } from "../define-text-device.ts";

const sound = {
  kind: "supply",
  capability: "power-supply",
  title: { en: "Supply" },
  manual: "none",
  identify: { ask: "*IDN?", answer: "^X" },
  operations: {
    set: {
      title: "Set",
      retryClass: "idempotent",
      duration: { typicalMs: 1, maxMs: 2 },
      params: { voltage: { type: "quantity", unit: "V" } },
      result: { now: { type: "quantity", unit: "V" } },
      do: [{ tell: "VOLT {voltage:mV:%.1f}" }],
      read: [{ ask: "VOLT?", answer: "^(?<now>.+)$" }],
    },
  },
} as const;

/** Code and path of every fault of the operation, changed so. */
function faultsOf(change: object): string[] {
  const document = { ...sound, operations: { set: { ...sound.operations.set, ...change } } };
  const defined = defineTextDevice(TextDeclaration.parse(document), (path, fault) => ({
    ...fault,
    path: path.join("."),
  }));
  return defined.ok ? [] : defined.faults.map(({ code, path }) => `${code} at ${path}`);
}

test("a calibration and a condition are declared as in TypeScript, and what they name has to be there", async () => {
  const calibration = { values: ["set.now"], everyDays: 365, method: "a reference multimeter" };
  const health = { ask: "STAT?", ok: "^0$" };
  const define = (change: object) =>
    defineTextDevice(TextDeclaration.parse({ ...sound, health, ...change }), (path, fault) => ({
      ...fault,
      path: path.join("."),
    }));
  const right = define({ calibration });
  if (!right.ok) throw new Error(JSON.stringify(right.faults));
  expect(right.value.calibration).toEqual(calibration);
  const linkClock = createVirtualClock(Date.UTC(2026, 0, 5));
  const [near, far] = createStreamPair(linkClock);
  let status = "0";
  far.onData((bytes) => far.write(Buffer.from(String(bytes) === "STAT?\n" ? `${status}\n` : "X\n")));
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const context = { deviceId: "supply", labClock: linkClock, linkClock, log };
  const said: unknown[] = [];
  void (async () => {
    const session = await right.value.connect(near, {}, context);
    for (status of ["0", "FAN 3"]) said.push(await right.value.health?.look(session, context));
  })();
  await linkClock.run(() => said.length === 2);
  expect(said).toEqual(["ok", { attention: 'asked "STAT?", it says "FAN 3"' }]);
  const wrong = define({ calibration: { ...calibration, values: ["set.then"], renew: { operation: "zero" } } });
  expect(wrong.ok ? [] : wrong.faults.map(({ code, path }) => `${code} at ${path}`)).toEqual([
    "text.noResult at calibration.values.0",
    "text.noOperation at calibration.renew.operation",
  ]);
});

test("a sound declaration has no faults, and the same object is a driver in TypeScript", () => {
  expect(faultsOf({})).toEqual([]);
  expect(Object.keys(textDevice(sound).operations)).toEqual(["set"]);
});

test.each([
  [
    "an unknown parameter in a template",
    { do: [{ tell: "VOLT {volts}" }] },
    ["text.template at operations.set.do.0.tell"],
  ],
  [
    "a duration that follows from no number",
    {
      duration: {
        typicalMs: 1,
        maxMs: 2,
        byParams: {
          terms: [
            { ms: 1, of: ["voltage"] },
            { ms: 1, per: ["mode"] },
          ],
        },
      },
    },
    ["text.noNumber at operations.set.duration.byParams.terms.1.per.0"],
  ],
  [
    "a unit that does not convert",
    { do: [{ tell: "VOLT {voltage:mm}" }] },
    ["text.template at operations.set.do.0.tell"],
  ],
  ["a format there is not", { do: [{ tell: "VOLT {voltage:%x}" }] }, ["text.template at operations.set.do.0.tell"]],
  [
    "a group without a result, and a result without a group",
    { read: [{ ask: "VOLT?", answer: "^(?<then>.+)$" }] },
    ["text.noResult at operations.set.read.0.answer", "text.resultUnread at operations.set.result.now"],
  ],
  [
    "a pattern that is none",
    { read: [{ ask: "VOLT?", answer: "^(?<now>.+$" }] },
    ["text.pattern at operations.set.read.0.answer", "text.resultUnread at operations.set.result.now"],
  ],
  [
    "a wire unit that does not convert",
    { read: [{ ask: "VOLT?", answer: "^(?<now>.+)$", units: { now: "kg" } }] },
    ["unit.dimension at operations.set.read.0.units.now"],
  ],
  [
    "an act not to be done twice without a probe",
    { retryClass: "non-repeatable" },
    ["text.probeMissing at operations.set"],
  ],
  [
    "a probe that compares with nothing",
    { probe: { readBack: { ask: "VOLT?", answer: "^(?<volts>.+)$" } } },
    ["text.noParameter at operations.set.probe.readBack.answer"],
  ],
  [
    "a counter without its group",
    { probe: { counter: { ask: "N?", answer: "^\\d+$" }, rises: "end" } },
    ["text.noGroup at operations.set.probe.counter.answer"],
  ],
  [
    "a counter that nobody says when it goes up",
    { probe: { counter: { ask: "N?", answer: "^(?<count>\\d+)$" } } },
    ["text.counterRises at operations.set.probe.counter"],
  ],
])("%s is a fault with its place", (_what, change, faults) => {
  expect(faultsOf(change)).toEqual(faults);
});

test.each(["balance.yaml", "power-supply.yaml"])("the example %s has at most 60 lines", (file) => {
  const text = readFileSync(join(import.meta.dirname, "../examples", file), "utf8");
  expect(text.split("\n").length).toBeLessThanOrEqual(60);
});
