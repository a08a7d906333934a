import type { Values } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkCampaign,
  checkSafety,
  idleLimits,
  compilePlan,
  judgeAct,
  judgeTotals,
  limitsOf,
  type PastAct,
} from "../src/index.ts";
import { changed, demoDescription, demoSources, placesOf, valueOf } from "./support/demo.ts";

const labFile = "simulator/labs/demo/lab.yaml";
const candidatesFile = "protocols/crossed-barrel/candidates.csv";

/** Where a text stands in a file, as faults write it. */
function placeIn(source: { file: string; text: string }, part: string): string {
  const lines = source.text.slice(0, source.text.indexOf(part)).split("\n");
  return `${source.file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

const { envelope } = valueOf(checkSafety(demoSources.lab, demoDescription));

test("E11: the demonstration lies inside the envelope of its lab", () => {
  expect(placesOf(checkCampaign(demoSources))).toEqual([]);
  expect(envelope.map(({ devices, operation }) => [devices.length, operation])).toEqual([
    [1, "compress"],
    [5, "print"],
  ]);
});

test("E11: a value of the protocol outside the envelope is told once, where it stands, with what is allowed", () => {
  const sources = changed("protocol", "25 mm", "41 mm");
  const outcome = checkCampaign(sources);
  expect(placesOf(outcome)).toEqual([`${placeIn(sources.protocol, "41 mm")} envelope.violated`]);
  expect(outcome.ok ? [] : outcome.faults).toMatchObject([
    {
      message: "travel is 41 mm, above the envelope's 40 mm",
      hint: "the envelope allows at most 40 mm for travel of compress on tester",
    },
  ]);
  // What the device does not allow either is told once.
  const slow = changed("protocol", "30 mm/min", "0.5 mm/min");
  expect(placesOf(checkCampaign(slow))).toEqual([`${placeIn(slow.protocol, "0.5 mm/min")} protocol.limitExceeded`]);
});

test("E11: what is allowed each by itself and forbidden together is told", () => {
  const text = demoSources.protocol.text.replace("25 mm", "35 mm").replace("30 mm/min", "50 mm/min");
  const protocol = { ...demoSources.protocol, text };
  const outcome = checkCampaign({ ...demoSources, protocol });
  expect(placesOf(outcome)).toEqual([`${placeIn(protocol, "35 mm")} envelope.violated`]);
  expect(outcome.ok ? "" : outcome.faults[0]?.message).toBe(
    "travel above 30 mm together with speed above 45 mm/min is forbidden",
  );
});

test("E11: candidates outside the envelope are told at their lines, the first five of a kind, and compile to no plan", () => {
  const sources = changed("protocol", "25 mm", "= 20 * r");
  const outcome = checkCampaign(sources);
  // Radii reach from 1.5 to 2.5 mm, and 40 mm are allowed.
  expect(placesOf(outcome)).toHaveLength(5);
  expect(placesOf(outcome).every((place) => place.startsWith(candidatesFile))).toBe(true);
  expect(outcome.ok ? "" : outcome.faults.at(-1)?.message).toMatch(/and \d+ more such/);

  const { protocol, description } = valueOf(checkCampaign(demoSources));
  const point = { n: 6, theta: 0, r: 1.5, t: 0.7 };
  const tight = [
    { ...envelope[0], limits: { travel: { min: null, max: { value: 2, unit: "cm" } } } },
  ] as typeof envelope;
  expect(compilePlan(protocol, point, description, { protocol: "0".repeat(64) }, tight)).toMatchObject({
    ok: false,
    faults: [{ code: "envelope.violated", path: "steps.crush.with.travel", message: expect.stringContaining("2 cm") }],
  });
});

/** What is changed in the lab file, the fault, and where it points. */
const mistakes: readonly [name: string, from: string, to: string, code: string, at: string][] = [
  [
    "an unknown capability",
    "capability: fdm-printer",
    "capability: printer",
    "envelope.capabilityUnknown",
    "printer\n",
  ],
  ["an unknown device", "capability: fdm-printer", "device: printer-9", "envelope.deviceUnknown", "printer-9"],
  ["an unknown operation", "operation: print", "operation: prin", "envelope.operationUnknown", "prin\n"],
  ["an unknown parameter", "travel: { max: 40 mm }", "depth: { max: 40 mm }", "envelope.paramUnknown", "{ max: 40"],
  ["a bound of another dimension", "max: 40 mm", "max: 40 N", "unit.dimension", "40 N"],
  ["a bound without a unit", "max: 40 mm", "max: 40", "unit.dimension", "40 }"],
  ["a bound that is no quantity", "max: 40 mm", "max: much", "quantity.shape", "much"],
  ["limits that allow nothing", "min: 1 mm/min", "min: 2 m/s", "envelope.empty", "{ min: 2"],
  ["a window that is no time", "within: 24 h", "within: 24 mm", "unit.dimension", "24 mm"],
  ["a window that is too long", "within: 24 h", "within: 30 d", "envelope.window", "30 d"],
  ["a bound on a text", "totals:", "limits: { file: { max: 3 } }\n      totals:", "envelope.boundType", "3 }"],
  ["a total of what cannot be counted", "max: 300", "of: file, max: 300", "envelope.boundType", "300"],
];

test.each(mistakes)("a mistake in the envelope is told where it stands: %s", (_name, from, to, code, at) => {
  const { lab } = changed("lab", from, to);
  expect(placesOf(checkSafety(lab, demoDescription))).toEqual([`${placeIn(lab, at)} ${code}`]);
});

test("a limit that every device undercuts by itself is told, and one that a device is held back by is not", () => {
  const idleIn = (text: string) =>
    idleLimits({ file: labFile, text }, demoDescription).map(({ line, column }) => `${labFile}:${line}:${column}`);
  expect(idleIn(demoSources.lab.text)).toEqual([]);
  const wide = changed("lab", "max: 40 mm", "max: 40 m").lab;
  expect(idleIn(wide.text)).toEqual([placeIn(wide, "40 m }")]);
  expect(idleIn(wide.text.replace("max: 40 m }", "max: 20 cm }"))).toEqual([]);
  const { tester } = demoDescription.devices;
  const { compress } = tester!.operations;
  const free = { ...compress!, params: { ...compress!.params, travel: { type: "quantity", unit: "mm" } } } as const;
  const second = { ...tester!, operations: { ...tester!.operations, compress: free } };
  const description = { ...demoDescription, devices: { ...demoDescription.devices, second } };
  expect(idleLimits({ file: labFile, text: wide.text }, description)).toEqual([]);
});

const interlock = `
  interlocks:
    chamber:
      device: printer-1
      channel: chamber
      below: 60 degC
      clearsAt: 328.15 K
      staleAfter: 5 s
      holdFor: 1 min
      holds: [printer-1, printer-2]
      resumes: automatically
`;
const telling = {
  ...demoDescription,
  devices: {
    ...demoDescription.devices,
    "printer-1": {
      ...demoDescription.devices["printer-1"],
      telemetry: { chamber: "degC", rise: "K" },
      telemetryEveryMs: 2_000,
    },
  },
} as typeof demoDescription;
const withInterlock = (from = "", to = "") => ({
  file: labFile,
  text: demoSources.lab.text + interlock.slice(1).replace(from, to),
});

test("E15: an interlock is read with its units and times, in the unit of its channel", () => {
  const [read] = valueOf(checkSafety(withInterlock(), telling)).interlocks;
  expect(read).toEqual({
    name: "chamber",
    device: "printer-1",
    channel: "chamber",
    unit: "degC",
    side: "below",
    bound: 60,
    clearsAt: expect.closeTo(55, 9),
    staleAfterMs: 5_000,
    holdMs: 60_000,
    holds: ["printer-1", "printer-2"],
    resumes: true,
  });
});

test("E15: a difference of temperatures may be bounded below nothing", () => {
  const rise = withInterlock(
    "channel: chamber\n      below: 60 degC\n      clearsAt: 328.15 K",
    "channel: rise\n      above: -5 delta degC",
  );
  expect(valueOf(checkSafety(rise, telling)).interlocks).toMatchObject([{ unit: "K", side: "above", bound: -5 }]);
});

test.each([
  ["an unknown device", "device: printer-1", "device: printr-1", "interlock.deviceUnknown", "printr-1"],
  ["an unknown device to hold", "printer-2]", "printer-9]", "interlock.deviceUnknown", "printer-9"],
  ["an unknown channel", "channel: chamber", "channel: bed", "interlock.channelUnknown", "bed"],
  ["a bound of another dimension", "60 degC", "60 mm", "unit.dimension", "60 mm\n      clearsAt"],
  ["a clearing value beyond the bound", "328.15 K", "400 K", "interlock.clearsAt", "400 K"],
  ["a temperature that is none", "328.15 K", "-300 degC", "quantity.belowZero", "-300 degC"],
  ["a reading that is stale before the next", "5 s", "2 s", "interlock.staleAfter", "2 s\n"],
  ["no time to be stale after", "5 s", "0 s", "safety.duration", "0 s"],
  ["a hold that is no time", "1 min", "1 mm", "unit.dimension", "1 mm\n      holds"],
  ["both sides", "below: 60 degC", "below: 60 degC\n      above: 1 degC", "document.value", "chamber\n      below"],
])("E15: a mistake in an interlock is told where it stands: %s", (_name, from, to, code, at) => {
  const lab = withInterlock(from, to);
  expect(placesOf(checkSafety(lab, telling))).toContain(`${placeIn(lab, at)} ${code}`);
});

const compress = (params: Values) => ({ device: "tester", op: "compress", params });
const quantity = (value: number, unit: string) => ({ value, unit });

test("I8: an act is inside the envelope exactly when every number is, whatever unit it comes in", () => {
  const units = [
    ["mm", 1],
    ["cm", 10],
    ["m", 1_000],
  ] as const;
  fc.assert(
    fc.property(
      fc.integer({ min: -10, max: 60 }),
      fc.integer({ min: 0, max: 80 }),
      fc.constantFrom(...units),
      (travel, speed, [unit, mm]) => {
        const isInside = travel <= 40 && speed >= 1 && speed <= 60 && !(travel > 30 && speed > 45);
        const act = compress({ travel: quantity(travel / mm, unit), speed: quantity(speed, "mm/min") });
        expect(judgeAct(envelope, act).length === 0).toBe(isInside);
      },
    ),
    { numRuns: 500 },
  );
});

test("I8: what cannot be judged is outside the envelope", () => {
  const hostile = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) =>
    quantity(value, "mm"),
  );
  const strange = [...hostile, quantity(1, "N"), quantity(1, "?"), "10 mm", 10, true, { values: [1], unit: "mm" }];
  for (const travel of strange) {
    const act = compress({ travel, speed: quantity(30, "mm/min") });
    expect(judgeAct(envelope, act).length).toBeGreaterThan(0);
  }
  expect(judgeAct(envelope, compress({})).length).toBeGreaterThan(0);
  expect(judgeAct(envelope, compress({ ["__proto__"]: 1, constructor: 1 })).length).toBeGreaterThan(0);
});

test("I8: however acts follow each other, no window of a total ever holds more than it allows", () => {
  const windowMs = 1_000;
  const total = { of: "amount", max: quantity(10, "mL"), windowMs };
  const rules = [{ devices: ["a", "b"], operation: "pour", limits: {}, totals: [total], never: [] }];
  const wish = fc.record({
    device: fc.constantFrom("a", "b"),
    amount: fc.integer({ min: 0, max: 12 }),
    after: fc.integer({ min: 0, max: 600 }),
  });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), (wishes) => {
      const past: PastAct[] = [];
      let now = 0;
      for (const { device, amount, after } of wishes) {
        now += after;
        const act = { device, op: "pour", params: { amount: quantity(amount, "mL") } };
        const broken = judgeTotals(rules, act, past, now);
        if (broken.length === 0) past.push({ ...act, labAt: now });
        const until = broken[0]?.until ?? null;
        if (broken.length > 0) expect(until === null).toBe(amount > 10);
        if (until !== null) {
          expect(until).toBeGreaterThan(now);
          expect(judgeTotals(rules, act, past, until)).toEqual([]);
          expect(judgeTotals(rules, act, past, until - 1)).not.toEqual([]);
        }
      }
      for (const { labAt } of past) {
        const within = past.filter((each) => each.labAt <= labAt && each.labAt > labAt - windowMs);
        const sum = within.reduce((all, { params }) => all + (params["amount"] as { value: number }).value, 0);
        expect(sum).toBeLessThanOrEqual(10);
      }
    }),
  );
});

test("D3, E11: limits as they are sent to a device allow what the envelope allows, and nothing else, whatever its units", () => {
  const units = fc.constantFrom("mL", "L", "uL");
  const quantity = fc.record({ value: fc.double({ min: -50, max: 50, noNaN: true }), unit: units });
  const limit = fc.record({ min: fc.option(quantity), max: fc.option(quantity) });
  const specs = { amount: { type: "quantity", unit: "mL" } } as const;
  const devices = fc.constantFrom(["mixer-1"], ["mixer-2"], ["mixer-1", "mixer-2"]);
  const rule = fc.record({ devices, limit }).map((made) => ({
    devices: made.devices,
    operation: "mix",
    limits: { amount: made.limit },
    totals: [],
    never: [],
  }));
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 4 }),
      fc.option(fc.double({ min: -60, max: 60, noNaN: true })),
      (rules, drawn) => {
        const of = { device: "mixer-1", op: "mix" };
        const { amount } = limitsOf(rules, of, specs);
        const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = amount ?? {};
        // Without a drawn value the bounds themselves.
        const values = drawn === null ? [minimum, maximum].filter(Number.isFinite) : [drawn];
        for (const value of values) {
          const isAllowed = judgeAct(rules, { ...of, params: { amount: { value, unit: "mL" } } }).length === 0;
          const isNear = [minimum, maximum].some((bound) => Math.abs(value - bound) <= 1e-11 * Math.abs(bound));
          if (!isNear) expect(value >= minimum && value <= maximum).toBe(isAllowed);
        }
      },
    ),
  );
  expect(limitsOf([], { device: "mixer-1", op: "mix" }, specs)).toEqual({});
});
