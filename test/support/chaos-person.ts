import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DeviceView, DoubtView } from "@labloop/contracts";
import { type Ended, jsonLines, labloop } from "./launch.ts";
import { type Act, printersAtWork, readWorld, type WorldFacts } from "./read-folder.ts";

/** One answer as it was typed, and whether labloop said that it had recorded it. */
export interface GivenAnswer {
  readonly commandId: string;
  readonly as: "executed" | "not-executed" | "discarded";
  readonly by: string;
  readonly second: string | null;
  readonly reason: string;
  readonly wasTaken: boolean;
  readonly takesEffect: "now" | "nextRun" | null;
}

/** Somebody who knows the lab, and answers from what stands in it and never from labloop's own files. */
export interface ChaosPerson {
  /** Answers all that waits and can be told by now; what is refused, or cut off by a kill, is tried at the next look. */
  look(): Promise<void>;
  /** Whether there is anything new since the last look, or something was left over by it. */
  isWanted(): boolean;
  readonly answers: readonly GivenAnswer[];
  /** What was tried in vain, and what labloop said of it. */
  readonly refusals: readonly string[];
}

interface Waiting {
  readonly isRunning: boolean;
  readonly doubts: readonly DoubtView[];
  readonly outOfUse: readonly DeviceView[];
}

const by = "Ada";
const second = "Grace";

/**
 * Returns a person beside a lab whose doubts are about prints and transfers. `labNow` is the lab's own clock; `programOf`
 * what a person would read at the arm's pendant.
 */
export function chaosPerson(order: {
  readonly data: string;
  readonly draw: () => number;
  readonly labNow: () => number;
  readonly programOf: (from: string, to: string) => string;
}): ChaosPerson {
  const { data, draw, labNow, programOf } = order;
  const answers: GivenAnswer[] = [];
  const refusals: string[] = [];
  let seen = 0;
  let isLeftOver = false;
  /** A printer on which a part was left for good. */
  let given: string | null = null;

  const ask = async (...args: readonly string[]) => {
    const ended = await labloop([...args, "--json"]);
    if (ended.code !== 0) refusals.push(`labloop ${args.slice(0, 2).join(" ")}: ${firstLine(ended)}`);
    return ended.code === 0 ? (jsonLines(ended.stdout)[0] ?? {}) : null;
  };

  const resolve = async (doubt: DoubtView, as: GivenAnswer["as"], reason: string, ...more: readonly string[]) => {
    const { commandId } = doubt;
    const two = draw() < 0.3 ? second : null;
    const flags = ["--as", as, "--by", by, "--reason", reason, ...(two === null ? [] : ["--second", two]), ...more];
    const line = await ask("doubt", "resolve", commandId, data, ...flags);
    const takesEffect = (line?.["takesEffect"] ?? null) as GivenAnswer["takesEffect"];
    answers.push({ commandId, as, by, second: two, reason, wasTaken: line !== null, takesEffect });
  };

  const settle = async (doubt: DoubtView, world: WorldFacts) => {
    const act = actOf(doubt, world.acts);
    if (act === undefined) {
      if (doubt.op === "print" && draw() < 0.3) {
        const more = draw() < 0.5 ? ["--stop-run"] : [];
        return resolve(doubt, "discarded", "the plate is empty, and the sample is not worth another try", ...more);
      }
      return resolve(doubt, "not-executed", "everything stands where it stood");
    }
    if (doubt.op !== "print") {
      const { from, to } = doubt.params as { from: string; to: string };
      return resolve(doubt, "executed", `the part stands on ${to}`, "--result", `program=${programOf(from, to)}`);
    }
    if (given === null && draw() < 0.15) {
      given = doubt.device;
      return resolve(doubt, "discarded", "the part looks odd, and it sticks to the plate");
    }
    const { file } = doubt.params as { file: string };
    const result = [`file=${file}`, `elapsed=${printSeconds(world, doubt.device)} s`];
    return resolve(doubt, "executed", "the part stands on the plate", "--result", ...result);
  };

  return {
    answers,
    refusals,
    isWanted: () => isLeftOver || lastTrouble(data) > seen,
    async look() {
      const newest = lastTrouble(data);
      const listed = (await ask("doubt", "list", data)) as Waiting | null;
      // The lab is looked at after the list was read: what is in doubt by then does not begin any more.
      const world = readWorld(data);
      const isOpen = listed === null || listed.doubts.length > 0;
      isLeftOver = isOpen || listed.outOfUse.some(({ device }) => device !== given);
      seen = newest;
      for (const doubt of listed?.doubts ?? []) {
        if (doubt.isClosing || isMoving(world, doubt.device, labNow())) continue;
        if (listed?.isRunning === true && draw() < 0.25) {
          await ask("doubt", "ask", doubt.commandId, data, "--by", by, "--reason", "have another look");
        }
        await settle(doubt, world);
      }
      for (const { device } of listed?.outOfUse ?? []) {
        const isDoubted = listed?.doubts.some((doubt) => doubt.device === device) === true;
        if (device === given || isDoubted || isMoving(world, device, labNow())) continue;
        await ask("device", "release", device, data, "--by", by, "--reason", "nothing is left on it");
      }
    },
  };
}

/** The sequence number of the newest event that may want a person; 0 while there is no journal to look into. */
function lastTrouble(data: string): number {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(join(data, "journal.db"), { readOnly: true });
    const found = database
      .prepare("SELECT max(seq) AS seq FROM events WHERE type IN ('step.doubted', 'device.quarantined')")
      .get();
    return Number(found?.["seq"] ?? 0);
  } catch {
    // It is being made, or was killed while it was made.
    return 0;
  } finally {
    database?.close();
  }
}

/** The act that the command in doubt was for, if the world has counted one: nothing else is sent there meanwhile. */
function actOf({ device, intendedAt, params }: DoubtView, acts: readonly Act[]): Act | undefined {
  const isSame = ({ detail }: Act) => ["file", "from", "to"].every((key) => detail[key] === params[key]);
  return acts.find((act) => act.device === device && act.at >= intendedAt && isSame(act));
}

function isMoving(world: WorldFacts, device: string, now: number): boolean {
  const run = world.memories[device]?.["run"] as { endsAt: number } | null | undefined;
  return printersAtWork(world, now).includes(device) || (run != null && now < run.endsAt);
}

/** How long a printer's last print took, as its display shows it. */
function printSeconds({ memories }: WorldFacts, device: string): number {
  const memory = memories[device] as { print: { durationMs: number } | null; lastSeconds: number | null } | undefined;
  const durationMs = memory?.print?.durationMs;
  return durationMs === undefined ? (memory?.lastSeconds ?? 0) : Math.floor(durationMs / 1_000);
}

function firstLine({ code, signal, stderr, stdout }: Ended): string {
  const said = [...stderr.split("\n"), ...stdout.split("\n")].filter((line) => line !== "");
  return `${signal ?? code}: ${said.slice(0, 2).join(" ")}`;
}
