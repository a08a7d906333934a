import { emptyState, fold, type Recipe } from "@labloop/engine";
import { isDeepStrictEqual } from "node:util";
import { audit } from "./auditor.ts";
import { deviceIds, recipe as wholeRecipe } from "./lab.ts";
import type { Mix } from "./mix.ts";
import { openLab } from "./open-lab.ts";
import { answer } from "./person.ts";
import type { PlannedFault } from "./plan-faults.ts";
import { startAt } from "./scene.ts";

/** How long faults last, and how long a lab may take to come to its end after them, ms of virtual time. */
const troubleMs = 600_000;
const calmMs = 3_600_000;
/** How often a person looks at the desk, ms. */
const lookMs = 5_000;
/** How long the lab is watched after its end, while everything that was ever sent comes once more, ms. */
const usualAftermathMs = 30_000;

export interface Simulation {
  readonly seed: number;
  readonly mix: Mix;
  /** Instead of faults drawn from the mix. */
  readonly faults?: readonly PlannedFault[];
  /** Instead of the whole campaign. */
  readonly recipe?: Recipe;
  /** How long the lab is watched after its end; default 30,000. */
  readonly aftermathMs?: number;
  readonly onTrace?: (line: string) => void;
}

export interface SimulationResult {
  readonly findings: readonly string[];
  /** Of everything that was sent, recorded and done. */
  readonly digest: string;
  /** Persist, send and touch points passed until the campaign had ended. */
  readonly points: number;
  /** Messages among them that a fault can hit. */
  readonly messages: number;
  readonly acts: number;
  readonly steps: number;
  readonly doubts: number;
  /** Doubts that no person had to settle. */
  readonly settledAlone: number;
  /** Restarts of a driver that found its act still going on. */
  readonly foundRunning: number;
  /** Crashes that hit while an instrument was moving. */
  readonly hitMidAct: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly virtualMs: number;
}

/** Runs one campaign in a lab where things go wrong, all of it from the seed, and audits it. */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
  const { seed, mix, recipe = wholeRecipe, faults, aftermathMs = usualAftermathMs, onTrace } = simulation;
  const lab = openLab({ seed, mix, recipe, faults, onTrace });
  const { scene, trouble, network, devices, engines, staff, witness } = lab;
  const { clock, world, story, draw, soon, isCalm, everCommitted, media } = scene;
  const { findings } = story;

  for (const device of deviceIds) devices.boot(device);
  engines.boot();
  const look = () => {
    const engine = engines.current();
    const trace = (line: string) => story.tell(() => line);
    if (engine !== null) answer({ engine, world, now: clock.now(), draw, isCalm: isCalm(), trace });
    for (const device of deviceIds) if (isCalm() && devices.running(device)?.local() != null) staff.giveBack(device);
    soon(lookMs, look);
  };
  soon(lookMs, look);
  soon(troubleMs, lab.calm);
  const lastly = startAt + troubleMs + calmMs;
  await clock.run(() => engines.hasEnded() || clock.now() >= lastly);
  const [endedAt, points, messages] = [clock.now(), trouble.points(), trouble.messages()];
  if (!engines.hasEnded()) {
    const waiting = JSON.stringify(engines.last()?.explain() ?? []);
    findings.push(`progress: the campaign did not end, though a person answers everything: ${waiting}`);
  }

  // Whatever was ever sent may come once more, and a stale controller repeats all of it.
  trouble.calm();
  for (const order of witness.captured) network.inject("command", order.device, order);
  const until = clock.now() + aftermathMs;
  soon(aftermathMs, () => {});
  await clock.run(() => clock.now() >= until);

  const records = [...engines.journal().read()];
  let refolded = emptyState;
  for (const { event, labAt, wallAt } of records) refolded = fold(refolded, event, { labAt, wallAt }).state;
  if (engines.hasEnded() && !isDeepStrictEqual(engines.last()?.state(), refolded)) {
    findings.push("I7: folding the journal anew does not give the live state");
  }
  const events = records.map(({ event, wallAt }) => ({ ...event, wallAt }));
  findings.push(
    ...audit({
      events,
      everIntended: everCommitted,
      acts: world.acts,
      media,
      hasLostJournal: lab.hasLostJournal,
      engineDownMs: engines.downMs(),
      points: trouble.points(),
    }),
  );
  devices.killAll();

  const doubted = new Set(events.flatMap((event) => (event.type === "step.doubted" ? [event.commandId] : [])));
  const byPerson = new Set(
    events.flatMap((event) => (event.type === "step.resolved" && event.by !== null ? [event.commandId] : [])),
  );
  return {
    findings: [...new Set(findings)],
    digest: story.digest(),
    points,
    messages,
    acts: world.acts.length,
    steps: events.filter(({ type }) => type === "step.intended").length,
    doubts: doubted.size,
    settledAlone: [...doubted].filter((id) => !byPerson.has(id)).length,
    foundRunning: devices.foundRunning(),
    hitMidAct: lab.hitMidAct(),
    injected: story.injected,
    virtualMs: endedAt - startAt,
  };
}
