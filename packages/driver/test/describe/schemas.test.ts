import { createRequire } from "node:module";
import { checkValues, type ValueSpec, type Values } from "@labloop/contracts";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  asyncApi,
  deviceMarkdown,
  deviceSchema,
  labFileSchema,
  schemaOfValues,
  sheetOf,
  sheetOfAnnounced,
  thingDescription,
} from "../../src/describe/index.ts";
import { executeOf } from "../support/bench.ts";
import { wellDescribed } from "../support/well-described.ts";

const require = createRequire(import.meta.url);
const sheet = sheetOf(wellDescribed);
const address = { lab: "demo", deviceId: "reader-1", broker: "mqtt://127.0.0.1:1883" };

function ajv(options: ConstructorParameters<typeof Ajv>[0] = {}): Ajv {
  const checker = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, ...options });
  formats.default(checker);
  checker.addFormat("base64", /^[A-Za-z0-9+/]*={0,2}$/);
  return checker;
}

const anySpec: fc.Arbitrary<ValueSpec> = fc.oneof(
  fc.record({
    type: fc.constant("quantity" as const),
    unit: fc.constantFrom("g", "mL/min"),
    minimum: fc.integer({ min: -5, max: 0 }),
    maximum: fc.integer({ min: 0, max: 5 }),
  }),
  fc.record({ type: fc.constant("series" as const), unit: fc.constantFrom("g", "N") }),
  fc.record({ type: fc.constant("integer" as const), minimum: fc.integer({ min: -3, max: 3 }) }),
  fc.record({ type: fc.constant("string" as const), enum: fc.constant<string[]>(["a", "b"]) }),
  fc.record({ type: fc.constant("string" as const), pattern: fc.constant("^[ab]+$") }),
  fc.record({ type: fc.constant("boolean" as const) }),
);
const anyNumber = fc.oneof(fc.integer({ min: -7, max: 7 }), fc.double({ min: -7, max: 7, noNaN: true }));
const anyValue = fc.oneof(
  fc.record({ value: anyNumber, unit: fc.constantFrom("g", "mL/min", "N") }),
  fc.record({ values: fc.array(anyNumber, { maxLength: 3 }), unit: fc.constantFrom("g", "N") }),
  fc.constantFrom<string | number | boolean>("a", "b", "abba", "c", "", 1, -9, 1.5, true, false),
);

/** A value that is as asked for but perhaps for its bounds or its pattern, or anything. */
function valueNear(spec: ValueSpec): fc.Arbitrary<Values[string]> {
  if (spec.type === "quantity")
    return fc.oneof(anyValue, fc.record({ value: anyNumber, unit: fc.constant(spec.unit) }));
  if (spec.type !== "series") return anyValue;
  return fc.oneof(anyValue, fc.record({ values: fc.array(anyNumber), unit: fc.constant(spec.unit) }));
}
const anyCase = fc
  .dictionary(
    fc.constantFrom("p", "q"),
    anySpec.chain((spec) => fc.tuple(fc.constant(spec), valueNear(spec))),
  )
  .chain((both) => {
    const specs = Object.fromEntries(Object.entries(both).map(([name, [spec]]) => [name, spec]));
    const values = Object.fromEntries(Object.entries(both).map(([name, [, value]]) => [name, value]));
    return fc.tuple(
      fc.constant(specs),
      fc.oneof({ weight: 5, arbitrary: fc.constant(values) }, fc.dictionary(fc.constant("p"), anyValue)),
    );
  });

test("a JSON Schema accepts exactly the values that the kit accepts", () => {
  let accepted = 0;
  const checker = ajv();
  fc.assert(
    fc.property(anyCase, ([specs, values]) => {
      const isRight = checkValues(specs, values as Values).length === 0;
      if (isRight) accepted++;
      expect(checker.validate(schemaOfValues(specs), values)).toBe(isRight);
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(accepted).toBeGreaterThan(15);
});

test("the schema of a device accepts its orders, and none of an unknown operation or unit", () => {
  const accepts = ajv().compile(deviceSchema(sheet));
  const params = { wavelength: { value: 510, unit: "nm" }, gain: 2, label: "a", mode: "fast", from: true };
  expect(accepts({ op: "scan", params })).toBe(true);
  expect(accepts({ op: "home-stage", params: {} })).toBe(true);
  expect(accepts({ op: "park", params: {} })).toBe(false);
  expect(accepts({ op: "scan", params: { ...params, wavelength: { value: 510, unit: "um" } } })).toBe(false);
  expect(accepts({ op: "scan", params: { ...params, wavelength: { value: 5_100, unit: "nm" } } })).toBe(false);
});

test("the page of a device names everything that is declared of it, once for each table", () => {
  const page = deviceMarkdown(sheet);
  for (const fact of [
    "# Plate reader",
    "`test-reader` 1.2.0",
    "**This driver has never met the instrument.**",
    "Let the lamp warm up for an hour.",
    "Written from: No manual at all.",
    "Reads all wells from A1 on.",
    "| `wavelength` | nm | 300 to 900 | Of the light |",
    "| `gain` | integer | 1 to 10 | – |",
    "| `label` | text | `^[a-z\\|]+$` | – |",
    "| `mode` | `fast`, `slow` | – | – |",
    "| `from` | true or false | – | Whether it starts at the front |",
    "| `od` | series in 1 | – | Optical density |",
    "| `time` | s | at least 0 | – |",
    "| `lamp` | degC | Of the lamp's housing |",
    "`scan.od`: every 180 days, by a plate of known density.",
    "| `reader.doorOpen` | the door stands open | shut the door | none |",
    "| `lampHours` | number | `0` | Hours on the lamp |",
    "| `address` | string | needed | – |",
  ]) {
    expect(page).toContain(fact);
  }
});

test("what a driver in another language announces is described as well, as far as it goes", () => {
  const announced = sheetOfAnnounced(sheet.caps);
  expect(deviceMarkdown(announced)).toContain("| `wavelength` | nm | 300 to 900 | Of the light |");
  expect(deviceSchema(announced)["definitions"]).not.toHaveProperty("config");
});

test("a Thing Description is valid by the W3C's own schema of version 1.1, and leads to the device's topics", () => {
  const schema = require("wot-thing-description-types/schema/td-json-schema-validation.json") as object;
  const check = ajv({ strict: false }).compile(schema);
  for (const broker of ["mqtt://127.0.0.1:1883", "mqtts://broker.lab.example:8883"]) {
    const description = thingDescription(sheet, { ...address, broker });
    check(description);
    expect(check.errors).toBeNull();
    expect(description).toMatchObject({
      actions: {
        scan: { safe: true, idempotent: false, forms: [{ href: `${broker}/labloop/v1/demo/device/reader-1/cmd` }] },
        "home-stage": { safe: false, idempotent: true },
      },
      securityDefinitions: { broker: { scheme: broker.startsWith("mqtts") ? "auto" : "nosec" } },
    });
  }
  check({ ...thingDescription(sheet, address), security: undefined, actions: { scan: { forms: [{}] } } });
  expect(check.errors).not.toBeNull();
});

test("an AsyncAPI document is valid by AsyncAPI's own schema of version 3.0, and its references lead somewhere", () => {
  const schema = require("@asyncapi/specs/schemas/3.0.0-without-$id.json") as object;
  const check = ajv({ strict: false, logger: false }).compile(schema);
  const document = asyncApi(sheet, address);
  check(document);
  expect(check.errors).toBeNull();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(references.length).toBeGreaterThan(15);
  for (const path of references) {
    const found = path.split("/").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
    expect(found, path).toBeDefined();
  }
  check({ ...document, operations: { command: { action: "wish" } } });
  expect(check.errors).not.toBeNull();
});

test("what AsyncAPI says of an order accepts an order of this device and no other", () => {
  const { components } = asyncApi(sheet, address) as unknown as {
    components: { messages: Record<string, { payload: object }> };
  };
  const accepts = ajv().compile(components.messages["command"]?.payload ?? {});
  const clock = { now: () => Date.parse("2026-01-05T08:00:00.000Z") };
  expect(accepts(executeOf(clock, 1, { op: "home-stage", params: {} }))).toBe(true);
  expect(accepts(executeOf(clock, 1, { op: "home-stage", params: { speed: 1 } }))).toBe(false);
  expect(accepts(executeOf(clock, 1, { op: "stroke", params: {} }))).toBe(false);
  for (const [name, { payload }] of Object.entries(components.messages)) {
    expect(() => ajv().compile(payload), name).not.toThrow();
  }
});

test("an editor sees a mistake in a device's part of the lab file, by the module it names", () => {
  const accepts = ajv().compile(labFileSchema({ "./reader.ts": sheet.config, "./other.caps.json": null }));
  const lab = (device: object) => ({
    schemaVersion: 1,
    lab: "demo",
    title: { en: "Demo" },
    mode: "simulated",
    owner: "Ada",
    contact: "ada@lab.example",
    devices: { reader: device },
  });
  expect(accepts(lab({ module: "./reader.ts", config: { address: "A" } }))).toBe(true);
  expect(accepts(lab({ module: "./reader.ts", config: { address: "A", lampHour: 3 } }))).toBe(false);
  expect(accepts(lab({ module: "./reader.ts", config: {} }))).toBe(false);
  expect(accepts(lab({ module: "./other.caps.json", config: { anything: 1 } }))).toBe(true);
  expect(accepts(lab({ modul: "./reader.ts" }))).toBe(false);
});
