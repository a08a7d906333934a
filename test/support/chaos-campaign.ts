import { join } from "node:path";
import { createRealClock, randomStream } from "@labloop/clock";
import { sleep } from "@labloop/contracts";
import { type LabPart, openLabParts } from "./lab-parts.ts";
import type { Ended } from "./launch.ts";
import { privateFolder } from "./private-folder.ts";

/** What was done to which process. */
export interface Blow {
  readonly kind: "kill" | "freeze";
  readonly part: string;
  readonly ms: number;
}

export interface ChaosOrder {
  readonly seed: number;
  /** After so many rounds the campaign is left to finish. */
  readonly rounds: number;
  readonly broker: "mosquitto" | "aedes";
  readonly scale: number;
}

export interface ChaosCampaign {
  readonly data: string;
  readonly rounds: number;
  readonly blows: readonly Blow[];
  readonly end: Ended;
  /** Engines that ended by themselves before the campaign did, as one does that finds its lease over. */
  readonly selfEnded: readonly Ended[];
  /** How long a killed engine took from its start until it was up again, ms. */
  readonly engineStartsMs: readonly number[];
}

/** A blow falls after so many lines of the engine, 1 to this, and a moment more; or when nothing was said for so long. */
const longestLines = 30;
const longestMoment = 80;
const patienceMs = 2_500;
/** Freezes last less than what makes a device suspect (3 s), but in every n-th round longer than a lease (10 s). */
const shortFreezeMs = 1_500;
const longFreezeMs = 11_000;
const longEvery = 20;

/** Exit codes with which a campaign is over: done, or in doubt with every doubt named. */
const over: readonly (number | null)[] = [0, 4];

/** Runs one campaign in processes of its own, which are killed and frozen at seeded moments, until it is over. */
export async function chaosCampaign({ seed, rounds: wanted, broker, scale }: ChaosOrder): Promise<ChaosCampaign> {
  const data = join(privateFolder(), "data");
  const clock = createRealClock();
  const draw = randomStream(seed, broker, "chaos");
  const parts = await openLabParts({ data, seed, scale, broker });
  const { engine } = parts;
  const blows: Blow[] = [];
  const selfEnded: Ended[] = [];
  let rounds = 0;

  /** Resolves with the end of an engine that nobody killed, or with null when the moment has come. */
  const nextMoment = async (): Promise<Ended | null> => {
    const child = engine.now();
    const lines = 1 + Math.floor(draw() * longestLines);
    const moment = draw() * longestMoment;
    let before: number | null = null;
    const said = child.until((all) => all.length >= (before ??= all.length) + lines);
    const stop = new AbortController();
    const waited = sleep(clock, patienceMs, stop.signal);
    try {
      const ended = await Promise.race([child.ended, said.then(() => null), waited.then(() => null)]);
      if (ended !== null) return ended;
    } finally {
      stop.abort();
      // What is not awaited any more may reject: the wait was cut short, or the process ended first.
      for (const left of [said, waited]) left.catch(() => undefined);
    }
    await sleep(clock, moment);
    return null;
  };

  const strike = async (part: LabPart) => {
    const isLong = rounds % longEvery === longEvery / 2;
    const ms = Math.round(isLong ? longFreezeMs : draw() * shortFreezeMs);
    if (draw() < 0.6) {
      blows.push({ kind: "kill", part: part.name, ms: ms / 2 });
      await part.kill();
      // It stays away for a moment, as until somebody has noticed.
      await sleep(clock, ms / 2);
      part.start();
    } else {
      blows.push({ kind: "freeze", part: part.name, ms });
      part.signal("SIGSTOP");
      await sleep(clock, ms);
      part.signal("SIGCONT");
    }
  };

  try {
    for (;;) {
      const ended = rounds < wanted ? await nextMoment() : await engine.now().ended;
      if (ended !== null) {
        if (over.includes(ended.code)) {
          return { data, rounds, blows, end: ended, selfEnded, engineStartsMs: engine.startsMs };
        }
        selfEnded.push(ended);
        if (selfEnded.length > rounds) throw new Error(`the engine ends by itself (${data}):\n${ended.stderr}`);
        engine.start();
        continue;
      }
      rounds++;
      const all = [engine, engine, parts.broker, ...parts.hosts];
      const struck = [all[Math.floor(draw() * all.length)]!];
      const other = all[Math.floor(draw() * all.length)]!;
      if (draw() < 0.3 && other !== struck[0]) struck.push(other);
      await Promise.all(struck.map(strike));
    }
  } finally {
    await parts.close();
  }
}
