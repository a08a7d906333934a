import { join } from "node:path";
import type { Observation } from "@labloop/contracts";
import { expect, test } from "vitest";
import { labloop } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents } from "../support/read-folder.ts";

type Known = { readonly value: unknown };

/** Returns what a later reader would miss in an observation: what is unknown, and what a person had to enter. */
function missingIn({ values, executed, steps }: Observation): string[] {
  const gaps = (name: string, isThere: boolean) => (isThere ? [] : [name]);
  return [
    ...gaps(
      "values with units",
      Object.values(values ?? { none: { unit: "" } }).every(({ unit }) => unit !== ""),
    ),
    ...gaps("executed parameters", executed.value !== null),
    ...steps.flatMap((step) => [
      ...Object.entries(step).flatMap(([key, each]) =>
        gaps(
          `${key} of ${step.device}`,
          !(typeof each === "object" && "value" in each && (each as Known).value === null),
        ),
      ),
      ...gaps(`firmware of ${step.device}`, step.firmware !== undefined),
      ...gaps(`a machine's word on ${step.device}`, step.entered === undefined),
    ]),
  ];
}

test("in a lab that init has written, at least 95 % of observations have complete metadata that no person typed", async () => {
  const folder = join(privateFolder(), "lab");
  const data = join(folder, "data");
  expect(await labloop(["init", folder, "--yes"])).toMatchObject({ code: 0 });
  const args = ["run", join(folder, "campaign.yaml"), "--clock", "virtual", "--seed", "1", "--data", data, "--json"];
  expect(await labloop(args)).toMatchObject({ code: 0 });
  const made = readEvents(data).flatMap(({ event }) => (event.type === "observation.made" ? [event.observation] : []));
  expect(made).toHaveLength(20);
  const missing = made.map(missingIn);
  const whole = missing.filter(({ length }) => length === 0).length;
  expect(whole / made.length, [...new Set(missing.flat())].join(", ")).toBeGreaterThanOrEqual(0.95);
});
