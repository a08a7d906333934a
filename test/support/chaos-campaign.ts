import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRealClock, randomStream } from "@labloop/clock";
import { sleep } from "@labloop/contracts";
import { type ChaosPerson, chaosPerson } from "./chaos-person.ts";
import { forgetfulLab } from "./forgetful-lab.ts";
import { type LabPart, openLabParts } from "./lab-parts.ts";
import { type Ended, jsonLines } from "./launch.ts";
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
  /** How much faster than life. */
  readonly scale: number;
  readonly experiments: number;
  /** Whether the person sits at the desk of the running engine, or comes when it has ended for want of an answer. */
  readonly hasDesk: boolean;
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
  /** Who answered what was in doubt, and how. */
  readonly person: Pick<ChaosPerson, "answers" | "refusals">;
}

/** Some of the printers, and the arm, have no evidence to look for once a print or a transfer was cut short. */
const forgetful = ["printer-1", "printer-2", "printer-4", "arm"];

/**
 * A blow falls after so many lines of the engine, 1 to this, or, in a share of the rounds, once the world has counted the
 * next act; and then a moment later, which may be any part of that act. Or when nothing was said for so long.
 */
const longestLines = 30;
const aimedShare = 0.5;
const longestMoment = 1_500;
/** What a move of the arm takes at a thousand times the speed of life, ms. */
const moveMs = 50;
const patienceMs = 2_500;
/** Most freezes last less than what makes a device suspect (3 s). */
const shortFreezeMs = 1_500;
/** In every n-th round somebody is frozen for longer than a lease, and than what makes a device offline (both 10 s). */
const longFreezeMs = 11_000;
const longEvery = 8;
/** The exit code of an engine that cannot go on without a person. */
const inDoubt = 4;
/** How long a person takes until the next look, ms. */
const personEveryMs = 700;
/** An engine that ends in doubt with nobody struck meanwhile was not helped by the answers so often, and will not be. */
const mostVisits = 30;

/**
 * Runs one campaign in processes of its own, which are killed and frozen at seeded moments, until it is over. What comes to
 * be in doubt is answered by a person, from the command line.
 */
export async function chaosCampaign(order: ChaosOrder): Promise<ChaosCampaign> {
  const { seed, rounds: wanted, broker, scale, experiments, hasDesk } = order;
  const folder = privateFolder();
  const data = join(folder, "data");
  const clock = createRealClock();
  const draw = randomStream(seed, broker, "chaos");
  const { lab, campaign } = forgetfulLab(join(folder, "lab"), { devices: forgetful, experiments });
  const parts = await openLabParts({ data, seed, scale, broker, lab, campaign, hasDesk });
  const { engine } = parts;
  const person = chaosPerson({
    data,
    draw: randomStream(seed, broker, "person"),
    labNow: parts.labNow,
    programOf: programsOf(lab),
  });
  const blows: Blow[] = [];
  const selfEnded: Ended[] = [];
  let rounds = 0;
  let visits = 0;

  /**
   * Resolves with the end of an engine that nobody killed, or, when the moment has come, with the host of the device whose
   * act was waited for, or null when it was the engine's word. Nothing is waited for longer than `patienceMs`.
   */
  const nextMoment = async (): Promise<{ readonly ended: Ended } | { readonly host: LabPart | null }> => {
    const child = engine.now();
    const isAimed = draw() < aimedShare;
    const source = isAimed ? parts.world : child;
    const lines = isAimed ? 1 : 1 + Math.floor(draw() * longestLines);
    const moment = draw();
    let before: number | null = null;
    const said = source.until((all) => all.length >= (before ??= all.length) + lines);
    const stop = new AbortController();
    const waited = sleep(clock, patienceMs, stop.signal).then(() => null);
    let act: Record<string, unknown> | null = null;
    try {
      const come = await Promise.race([child.ended, said, waited]);
      if (come !== null && "code" in come) return { ended: come };
      act = isAimed && come !== null ? (jsonLines(come.at(-1) ?? "")[0] ?? null) : null;
    } finally {
      stop.abort();
      // What is not awaited any more may reject: the wait was cut short, or the process ended first.
      for (const left of [said, waited]) left.catch(() => undefined);
    }
    await sleep(clock, moment * (act?.["verb"] === "move" ? moveMs : longestMoment));
    return { host: act === null ? null : parts.hostOf(String(act["device"])) };
  };

  const kill = async (part: LabPart, ms: number) => {
    blows.push({ kind: "kill", part: part.name, ms });
    await part.kill();
    // It stays away for a moment, as until somebody has noticed.
    await sleep(clock, ms);
    part.start();
  };

  const freeze = async (part: LabPart, ms: number) => {
    blows.push({ kind: "freeze", part: part.name, ms });
    part.signal("SIGSTOP");
    await sleep(clock, ms);
    part.signal("SIGCONT");
  };

  const strike = (part: LabPart) => {
    const ms = Math.round(draw() * shortFreezeMs);
    return draw() < 0.6 ? kill(part, ms / 2) : freeze(part, ms);
  };

  const round = async (host: LabPart | null) => {
    rounds++;
    if (rounds % longEvery === longEvery / 2) {
      const inTurn = [engine, parts.broker, ...parts.hosts];
      return freeze(inTurn[Math.floor(rounds / longEvery) % inTurn.length]!, longFreezeMs);
    }
    const all = [engine, engine, parts.broker, ...parts.hosts];
    const any = all[Math.floor(draw() * all.length)]!;
    const struck = [host !== null && draw() < 0.7 ? host : any];
    const other = all[Math.floor(draw() * all.length)]!;
    if (draw() < 0.3 && other !== struck[0]) struck.push(other);
    await Promise.all(struck.map(strike));
  };

  const isOver = new AbortController();
  /** Looks now and then while the engine runs, whatever is struck meanwhile. */
  const attend = async () => {
    while (!isOver.signal.aborted) {
      if (person.isWanted()) await person.look();
      // The last wait is cut short.
      await sleep(clock, personEveryMs, isOver.signal).catch(() => undefined);
    }
  };

  const goOn = async (): Promise<Ended> => {
    for (;;) {
      const next = rounds < wanted ? await nextMoment() : { ended: await engine.now().ended };
      if ("host" in next) {
        await round(next.host);
        continue;
      }
      const { ended } = next;
      if (ended.code === 0) return ended;
      if (ended.code === inDoubt) {
        if (++visits > mostVisits) throw new Error(`no answer helps (${data}):\n${ended.stderr}`);
        await person.look();
      } else {
        selfEnded.push(ended);
        if (selfEnded.length > rounds) throw new Error(`the engine ends by itself (${data}):\n${ended.stderr}`);
      }
      engine.start();
    }
  };

  const attended = hasDesk ? attend() : Promise.resolve();
  try {
    const going = goOn();
    // The person goes home only when it is over; one who fails ends it.
    const end = await Promise.race([going, attended.then(() => going)]);
    return { data, rounds, blows, end, selfEnded, engineStartsMs: engine.startsMs, person };
  } finally {
    isOver.abort();
    await attended;
    await parts.close();
  }
}

/** The programs taught on the arm's pendant, by the move that each makes. */
function programsOf(lab: string): (from: string, to: string) => string {
  const text = readFileSync(lab, "utf8");
  return (from, to) => new RegExp(`"${from}>${to}": (\\S+)`).exec(text)?.[1] ?? "";
}
