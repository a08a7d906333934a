import { expect, test } from "vitest";
import { besideTable } from "../src/index.ts";
import { created, experiments, observation } from "./support/campaign.ts";
import { parseCsv } from "./support/parse-csv.ts";

const units = { redness: "1", "drop mass": "g" };
const origin = { space: created.space, units, stepKeys: ["dose", "read"], parameterTitles: {} };
const observations = experiments.map(observation);

function rowsOf(text: string): Record<string, string | null>[] {
  const [header = [], ...rows] = parseCsv(text);
  expect(new Set(header).size).toBe(header.length);
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? null])));
}

test("the first columns of the table beside a journal are those that it always had, for old readers", () => {
  const lines = besideTable(origin).text(observations).split("\n");
  const first = "observation_id,run_id,observed_at,replicate,iron (mM),pH (1),redness (1),drop mass (g),failure,mode,";
  expect(lines[0]?.startsWith(first)).toBe(true);
  const { observationId, runId, observedAt } = observations[0] ?? {};
  expect(lines[1]?.startsWith(`${observationId},${runId},${observedAt},1,5.25,3,0.5,0.05,,simulated,`)).toBe(true);
});

test("a row holds what an analysis needs: both points and outcomes with units, samples, devices, times, versions, failures", () => {
  const [whole, failed] = observations
    .map((each) => ({
      ...each,
      steps: each.steps.map((step) => (step.step === "dose" ? { ...step, firmware: { value: "4.1" } } : step)),
    }))
    .filter((_, at) => at === 0 || at === 2);
  if (whole === undefined || failed === undefined) throw new Error("there are four experiments");
  const settled = { ...failed, stepId: failed.steps[0]?.commandId.split(".")[0] ?? "" };
  const partial = { "drop mass": { value: 0.04, unit: "g", uncertainty: { value: 0.01 } } };
  const [row, of] = rowsOf(besideTable(origin).text([whole, { ...settled, partial }]));
  expect(row).toMatchObject({
    "requested_iron (mM)": "5",
    "executed_iron (mM)": "5.25",
    "observed_redness_uncertainty (1)": "0.02",
    sample_id: whole.sample.id,
    has_failed: "false",
    actor_name: "Ada",
    protocol_version: "1.0.0",
    step_dose_device: "pump",
    step_dose_serial: "P-1",
    step_dose_driver_version: "1.2.3",
    step_dose_firmware: "4.1",
    step_read_firmware: null,
    step_dose_calibration: "CAL-7",
    step_dose_started_at: whole.steps[0]?.startedAt.value,
    step_read_ended_at: whole.steps[1]?.endedAt,
  });
  expect(of).toMatchObject({
    "drop mass (g)": "0.04",
    failure: `crash: ${failed.failure?.message}; measured before it failed: drop mass`,
    "observed_drop_mass_uncertainty (g)": "0.01",
    has_failed: "true",
    failure_code: failed.failure?.code,
    failed_step: "dose",
    failed_device: "pump",
    step_read_device: null,
  });
});

test("rows that are added one by one make the text that is written at once", () => {
  const table = besideTable(origin);
  const all: typeof observations = [];
  let text = table.text(all);
  for (const each of observations) {
    all.push(each);
    const line = table.line(each);
    text = line === null ? table.text(all) : text + line;
  }
  expect(text).toBe(besideTable(origin).text(observations));
  expect(rowsOf(text)).toHaveLength(observations.length);
});
