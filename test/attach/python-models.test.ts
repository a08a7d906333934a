import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkValues, type DeviceCaps, type Values, type ValueSpecs } from "@labloop/contracts";
import { pythonModels, sheetOfAnnounced } from "@labloop/driver/describe";
import { describe, expect, test } from "vitest";
import { privateFolder } from "../support/private-folder.ts";
import { python, whyNoPython } from "../support/python-environment.ts";

const params: ValueSpecs = {
  volume: { type: "quantity", unit: "uL", minimum: 1, maximum: 500, description: 'What "they" call a dose' },
  curve: { type: "series", unit: "N" },
  count: { type: "integer", minimum: 0, maximum: 9 },
  label: { type: "string", pattern: "^[a-z]+\\d?$" },
  mode: { type: "string", enum: ["fast", "slow"] },
  // A word that Python keeps for itself.
  from: { type: "boolean" },
};

const caps: DeviceCaps = {
  kind: "test-pump",
  capability: "pump",
  driverVersion: "1.0.0",
  serial: null,
  firmware: null,
  contract: { major: 1, features: [] },
  heartbeatMs: 1_000,
  operations: {
    "dose-slowly": {
      title: 'Dose "slowly" \\ gently',
      version: "1.0.0",
      params,
      result: {},
      retryClass: "non-repeatable",
      duration: { typicalMs: 1, maxMs: 2 },
      stoppable: false,
    },
  },
};

const right: Values = {
  volume: { value: 50, unit: "uL" },
  curve: { values: [1, 2.5], unit: "N" },
  count: 3,
  label: "a1",
  mode: "slow",
  from: true,
};
const { count: _, ...withoutCount } = right;

const cases: readonly (readonly [string, Values])[] = [
  ["everything as asked for", right],
  ["bounds are inclusive", { ...right, volume: { value: 500, unit: "uL" }, count: 0 }],
  ["too much", { ...right, volume: { value: 501, unit: "uL" } }],
  ["another unit", { ...right, volume: { value: 50, unit: "mL" } }],
  ["a bare number", { ...right, volume: 50 }],
  ["a series in another unit", { ...right, curve: { values: [1], unit: "mN" } }],
  ["a series where a quantity belongs", { ...right, volume: { values: [50], unit: "uL" } }],
  ["half an integer", { ...right, count: 2.5 }],
  ["a number as text", { ...right, count: "3" }],
  ["a text that does not match", { ...right, label: "1a" }],
  ["a word that is no choice", { ...right, mode: "slower" }],
  ["a number for a flag", { ...right, from: 1 }],
  ["something missing", withoutCount],
  ["something unknown", { ...right, colour: "red" }],
];

/** Says of each case whether the models take it, and what they make of it on the way out. */
const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
import test_pump
params, result = test_pump.OPERATIONS["dose-slowly"]
result()
answers = []
for values in json.load(sys.stdin):
    try:
        answers.append(params.model_validate_json(json.dumps(values)).model_dump(by_alias=True))
    except ValueError:
        answers.append(None)
print(json.dumps(answers))
`;

const why = whyNoPython();

describe.skipIf(why !== null)(`pydantic models from a device's declaration${why === null ? "" : ` (${why})`}`, () => {
  test("take exactly the values that the kit takes, and give them back as they stand on the wire", () => {
    const folder = privateFolder();
    writeFileSync(join(folder, "test_pump.py"), pythonModels(sheetOfAnnounced(caps)));
    const input = JSON.stringify(cases.map(([, values]) => values));
    const { status, stdout, stderr } = spawnSync(python, ["-c", script, folder], { input, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const answers = JSON.parse(stdout) as (Values | null)[];
    for (const [index, [name, values]] of cases.entries()) {
      const isRight = checkValues(params, values).length === 0;
      expect(answers[index] ?? null, name).toEqual(isRight ? values : null);
    }
  });
});
