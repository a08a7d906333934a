import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LabEventOf, type LabEventType, Observation, type Values } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import { beforeAll, describe, expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { readEvents } from "../support/read-folder.ts";
import { sharedRun } from "../support/shared-run.ts";
import type { VirtualRun } from "../support/virtual-run.ts";

let run: VirtualRun;
let events: ReturnType<typeof readEvents> = [];
let observations: readonly Observation[] = [];

beforeAll(async () => {
  run = await sharedRun(7);
  events = readEvents(run.data);
  observations = allOf("observation.made").map(({ observation }) => observation);
}, 300_000);

function allOf<T extends LabEventType>(type: T): LabEventOf<T>[] {
  return events.flatMap(({ event }) => (event.type === type ? [event as LabEventOf<T>] : []));
}

/** Paths of everything null that does not say why. */
function unexplained(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { reason } = value as { reason?: unknown };
  return Object.entries(value).flatMap(([key, inner]) => {
    if (inner !== null) return unexplained(inner, `${path}.${key}`);
    return typeof reason === "string" && reason !== "" ? [] : [`${path}.${key}`];
  });
}

function resultsOf(observation: Observation): Record<string, Values> {
  const ends = new Map(allOf("step.succeeded").map((event) => [event.commandId, event.result]));
  return Object.fromEntries(observation.steps.map(({ step, commandId }) => [step, ends.get(commandId)!]));
}

/** The area under a load-travel curve in joules, written apart from the engine's own `integral`. */
function workOf({ load, travel }: Values): number {
  const [newtons, millimetres] = [load, travel].map((series) => (series as { values: number[] }).values);
  let area = 0;
  for (let index = 1; index < newtons!.length; index++) {
    area += (millimetres![index]! - millimetres![index - 1]!) * (newtons![index]! + newtons![index - 1]!) * 0.5;
  }
  return area / 1_000;
}

describe("every observation of a campaign", () => {
  test("has every field of the first version; what is unknown says why", () => {
    expect(observations).toHaveLength(60);
    for (const observation of observations) {
      expect(() => Observation.parse(observation)).not.toThrow();
      // No failure is no gap; a calibration that does not expire has a date of its own kind: none.
      const gaps = unexplained(observation, "observation").filter(
        (path) => path !== "observation.failure" && !path.endsWith(".calibration.value.expires"),
      );
      expect(gaps).toEqual([]);
      expect(observation.steps.map(({ step }) => step)).toEqual(["print", "toBalance", "weigh", "toTester", "crush"]);
    }
    expect(observations[0]).toMatchObject({
      campaign: "crossed-barrel",
      mode: "simulated",
      access: "open",
      dataManager: "labloop demonstration",
      grant: { value: null, reason: "the campaign file names no grant" },
      actor: { kind: "operator" },
      protocol: { name: "crossed-barrel", version: "1.0.0" },
      sample: { parents: [] },
    });
    const weighing = observations[0]!.steps.find(({ step }) => step === "weigh");
    expect(weighing).toMatchObject({
      device: "balance",
      serial: { value: "B000000001" },
      driver: "mettler-toledo-mt-sics",
      calibration: { value: { reference: "SIM-BAL-1", expires: null } },
    });
  });

  test("is computed from what the instruments returned, and is what was measured of that very part within 0.1 %", () => {
    for (const observation of observations) {
      const { crush, weigh } = resultsOf(observation);
      const { toughness, mass } = observation.values!;
      expect(toughness).toMatchObject({ unit: "J", value: expect.closeTo(workOf(crush!), 9) });
      expect(mass).toMatchObject({ unit: "g", value: (weigh!["mass"] as { value: number }).value });
    }
    // The auditor knows from the world which replicate of which design each part was.
    expect(audit(run.data)).toMatchObject({ findings: [], successes: 60, acts: 300, commands: 360 });
  });

  test("names its proposal, plan, model and raw data by digests that can be computed again", () => {
    const plans = new Map(allOf("run.queued").map((queued) => [queued.runId, queued]));
    const answers = new Map(allOf("proposal.made").map(({ proposalId, answer }) => [proposalId, answer]));
    for (const observation of observations) {
      const queued = plans.get(observation.runId)!;
      const answer = answers.get(observation.proposalId ?? "")!;
      expect(observation).toMatchObject({
        proposalId: queued.proposalId,
        sample: { id: queued.sampleId },
        requested: answer.parameters,
        executed: { value: answer.parameters },
        planDigest: digestOf(queued.plan),
        modelId: digestOf(answer.surrogate),
      });
      const results = resultsOf(observation);
      for (const { step, rawDigest } of observation.steps) expect(rawDigest).toBe(digestOf(results[step]));
    }
  });

  test("counts how often its point had been measured before", () => {
    const seen = new Map<string, number>();
    for (const { executed, replicate } of observations) {
      const key = digestOf(executed.value);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      expect(replicate).toBe(seen.get(key));
    }
  });

  test("stands in observations.csv with units in the header, in order", () => {
    const [header, ...rows] = readFileSync(join(run.data, "observations.csv"), "utf8").trimEnd().split("\n");
    const first =
      "observation_id,run_id,observed_at,replicate,n (1),theta (deg),r (mm),t (mm),toughness (J),mass (g),failure,mode";
    expect(header?.startsWith(`${first},`)).toBe(true);
    expect(rows.map((row) => row.split(",").slice(0, first.split(",").length))).toEqual(
      observations.map(({ observationId, runId, observedAt, replicate, requested, values, mode }) => [
        observationId,
        runId,
        observedAt,
        String(replicate),
        ...["n", "theta", "r", "t"].map((name) => String(requested[name])),
        String(values!["toughness"]!.value),
        String(values!["mass"]!.value),
        "",
        mode,
      ]),
    );
  });
});
