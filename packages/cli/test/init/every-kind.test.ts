import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation } from "@labloop/contracts";
import { readJournal } from "@labloop/journal";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type KnownDevice, knownDevices } from "../../src/init/known-devices.ts";
import { devicesOf } from "../../src/init/lab-answers.ts";
import { writeLab } from "../../src/init/write-lab.ts";
import { loadCampaign } from "../../src/lab/load-campaign.ts";
import { runCampaign } from "../../src/run-campaign.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const ada = { title: "Polymer lab", owner: "Ada", contact: "ada@lab.example", location: "bench 1" };
const further = knownDevices.filter(({ isFirst }) => isFirst !== true);
/** What no wire, file or register of a kind tells; people have neither plate nor firmware. */
const untold: Readonly<Record<string, readonly string[]>> = {
  person: ["serial", "firmware"],
};
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "labloop-kind-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a lab with these kinds and runs its first campaign, two experiments long, in virtual time. */
async function firstObservations(kinds: readonly KnownDevice[], isWithout = false): Promise<Observation[]> {
  const lab = join(folder, "lab");
  await writeLab(lab, { ...ada, further: kinds, isWithout });
  const file = join(lab, "campaign.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("experiments: 20", "experiments: 2"));
  const campaign = await loadCampaign(file);
  if (!campaign.ok) throw new Error(JSON.stringify(campaign.faults));
  const data = join(folder, "data");
  const { last } = await runCampaign({
    campaign: campaign.value,
    data,
    seed: 5,
    clock: "virtual",
    scale: 1,
    broker: undefined,
    log: quiet,
    onRecord: () => undefined,
    dashboard: null,
    onOpen: () => undefined,
  });
  expect(last).toMatchObject({ type: "campaign.finished", experiments: 2 });
  const reader = readJournal(join(data, "journal.db"));
  const events = [...reader.events()];
  reader.close();
  return events.flatMap(({ event }) => (event.type === "observation.made" ? [event.observation] : []));
}

/** What a step's record does not say of the device that did it, as `device.field`. */
function missingIn({ steps }: Observation): string[] {
  return steps.flatMap((step) => {
    const { device, serial, firmware, calibration } = step;
    const told = { serial, firmware, calibration };
    return Object.entries(told).flatMap(([name, said]) =>
      said === undefined || said.value === null ? [`${device}.${name}`] : [],
    );
  });
}

function expectWhole(observations: readonly Observation[], kinds: readonly KnownDevice[]): void {
  expect(observations).toHaveLength(2);
  for (const observation of observations) {
    const { values, steps } = observation;
    for (const { name, observe = [] } of kinds) {
      expect(steps.map(({ device }) => device)).toContain(name);
      for (const { name: value, unit } of observe) expect(values?.[value]).toMatchObject({ unit });
    }
    expect(new Set(missingIn(observation))).toEqual(
      new Set(kinds.flatMap(({ name }) => (untold[name] ?? []).map((field) => `${name}.${field}`))),
    );
  }
}

describe("the first campaign of a lab that init has written", () => {
  test.each(further.map((kind) => [kind.name, kind] as const))(
    "uses what is named %s, runs at once to its end, and says of every step what the device can tell",
    async (_name, kind) => {
      expectWhole(await firstObservations([kind]), [kind]);
    },
    60_000,
  );

  test("uses all kinds together, each in a role of its own", async () => {
    expectWhole(await firstObservations(further), further);
    const roles = knownDevices.map(({ capability }) => capability);
    expect(new Set(roles).size).toBe(roles.length);
  }, 60_000);
});

describe("a lab that lacks the balance or the pump", () => {
  const measuring = knownDevices.filter(({ observe = [] }) => observe.length > 0);
  test.each(measuring.map((kind) => [kind.name, kind] as const))(
    "has a first campaign of nothing but %s, which runs at once to its end",
    async (_name, kind) => expectWhole(await firstObservations([kind], true), [kind]),
    60_000,
  );

  test("has one of all that is left, each in a step; what measures nothing is no lab by itself", async () => {
    expectWhole(await firstObservations(further, true), further);
    const [balance, ...others] = knownDevices;
    expect(devicesOf(knownDevices)).toEqual({ further });
    expect(devicesOf(others)).toEqual({ further: others, isWithout: true });
    expect(devicesOf(others.filter(({ name }) => name === "arm" || name === "text"))).toBeNull();
    expect(balance?.name).toBe("balance");
  }, 60_000);
});

test("every use of a position that the lab does not have is told at once", async () => {
  await writeLab(folder, { ...ada, further: further.filter(({ name }) => name === "arm" || name === "person") });
  const lab = join(folder, "lab.yaml");
  const text = readFileSync(lab, "utf8");
  expect(text).toContain("places: [tray, shelf, window]");
  writeFileSync(lab, text.replace("places: [tray, shelf, window]", "places: [tray]"));
  const loaded = await loadCampaign(join(folder, "campaign.yaml"));
  const told = loaded.ok ? [] : loaded.faults.map(({ code, message }) => `${code}: ${message}`);
  expect(told).toEqual([
    "lab.placeUnknown: this lab has no place 'shelf'",
    "lab.placeUnknown: this lab has no place 'shelf'",
    "lab.placeUnknown: this lab has no place 'window'",
  ]);
});
