import { CampaignDocument, Fault, LabDocument, type Outcome, ProtocolDocument } from "@labloop/contracts";
import { demoLab } from "../support/launch.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkCampaignDocument, checkLab, checkProtocol, describeLab } from "../../packages/protocol/src/index.ts";
import { loadLab } from "../../packages/cli/src/lab/load-lab.ts";
import { arbitraryOf } from "./arbitrary-of.ts";
import { mutatedBytes, mutatedText } from "./mutate.ts";
import { runsOf } from "./runs.ts";

const loaded = await loadLab(demoLab);
if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("\n"));
const { document, caps, tables } = loaded.value;
const description = describeLab(document, caps, tables);

const documents = [
  ["lab.yaml", LabDocument, (text: string) => checkLab({ file: "f", text })],
  ["campaign.yaml", CampaignDocument, (text: string) => checkCampaignDocument({ file: "f", text })],
  ["protocol.yaml", ProtocolDocument, (text: string) => checkProtocol({ file: "f", text }, description)],
] as const;

/** Returns the codes of an outcome's faults, once each has been seen to be whole and to name its place. */
function codesOf(outcome: Outcome<unknown>): string[] {
  if (outcome.ok) return [];
  expect(outcome.faults.length).toBeGreaterThan(0);
  for (const fault of outcome.faults) {
    expect(Fault.parse(fault)).toEqual(fault);
    expect(fault).toMatchObject({ file: "f", line: expect.any(Number), column: expect.any(Number) });
  }
  return outcome.faults.map(({ code }) => code);
}

test.each(documents)("%s: whatever its schema allows is read without a fault of form", (_name, schema, check) => {
  fc.assert(
    fc.property(arbitraryOf(schema), (whole) => {
      // JSON is YAML; what the document means may still be wrong, and often is.
      const codes = codesOf(check(JSON.stringify(whole)));
      expect(codes.filter((code) => code === "document.syntax" || code === "document.type")).toEqual([]);
    }),
    runsOf(100),
  );
});

test.each(documents)(
  "%s: mutated in structure or in bytes it gives faults with their places, and throws nothing",
  (_name, schema, check) => {
    const whole = arbitraryOf(schema);
    const text = fc.oneof(
      mutatedText(whole),
      mutatedBytes(whole).map((bytes) => Buffer.from(bytes).toString()),
    );
    fc.assert(
      fc.property(text, (mangled) => void codesOf(check(mangled))),
      runsOf(150),
    );
    expect({}).not.toHaveProperty("polluted");
  },
);

/** Expressions as people write them, in the places of a protocol and of a lab's safety. */
const word = fc.constantFrom(
  "n",
  "theta",
  "crush.load",
  "device(printer)",
  "lookup(designs.file, n)",
  "weigh",
  "1",
  "25 mm",
  "1e400",
  "%",
);
const sign = fc.constantFrom(
  "+",
  "-",
  "*",
  "/",
  ",",
  "(",
  ")",
  ".",
  "= ",
  "'",
  '"',
  "==",
  "\u0000",
  "\ud800",
  "°",
  "µL",
  "//",
);
const expression = fc.array(fc.oneof(word, sign), { maxLength: 30 }).map((parts) => parts.join(""));
const long = fc.tuple(
  expression,
  fc.constantFrom("(", "1+", "-", "max(", " ", "'"),
  fc.constantFrom(40, 2_000, 60_000),
);
const hostile = fc.oneof(
  expression,
  long.map(([text, unit, times]) => unit.repeat(times) + text),
);

test("whatever stands where a protocol, a campaign or an envelope wants an expression, a quantity or a unit, it is a fault with its place", () => {
  const protocol = (text: string) => ({
    schemaVersion: 1,
    protocol: "p",
    version: "1.0.0",
    title: { en: "t" },
    roles: { printer: "fdm-printer" },
    inputs: { n: { unit: text, title: { en: "n" } } },
    steps: [{ step: "print", use: "printer.print", with: { file: `= ${text}` }, part: { appears: "printer" } }],
  });
  const campaign = (text: string) => ({
    schemaVersion: 1,
    campaign: "c",
    title: { en: "t" },
    description: { en: "d" },
    lab: "l",
    protocol: "p",
    candidates: "c",
    parameters: { n: { unit: text } },
    objective: { name: "toughness", unit: text, goal: "maximise" },
    observe: { toughness: text },
    units: { toughness: text },
    budget: { experiments: 1 },
    access: "open",
    dataManager: "d",
    grant: null,
  });
  const lab = (text: string) => ({
    schemaVersion: 1,
    lab: "l",
    title: { en: "t" },
    mode: "simulated",
    owner: "o",
    contact: "c",
    devices: { tester: { module: "m", transport: { plant: "p" } } },
    safety: {
      envelope: [
        {
          device: "tester",
          operation: "compress",
          limits: { travel: { max: text } },
          totals: [{ max: text, within: text }],
        },
      ],
      interlocks: { hot: { device: "tester", channel: "t", below: text, staleAfter: text, holdFor: text } },
    },
  });
  fc.assert(
    fc.property(hostile, (text) => {
      codesOf(checkProtocol({ file: "f", text: JSON.stringify(protocol(text)) }, description));
      codesOf(checkCampaignDocument({ file: "f", text: JSON.stringify(campaign(text)) }));
      codesOf(checkLab({ file: "f", text: JSON.stringify(lab(text)) }));
    }),
    runsOf(200),
  );
});
