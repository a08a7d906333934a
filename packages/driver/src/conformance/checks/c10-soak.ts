import type { Check } from "../check.ts";
import { describe, type Scene } from "../scene.ts";
import { claim, NotRun } from "../verdict.ts";
import { claimOneEnd } from "./c03-one-result.ts";

/** What gold asks for. */
const enough = 10_000;
/**
 * Chosen: what a driver may keep of one command in memory. The journal of an in-process run lives there as well, with some
 * 2 KB a command and more where results are long.
 */
const heapPerCommand = 16 * 1024;
/** In virtual time an idle second costs as much as a busy one; heartbeats are lazy there (section 10). */
const lazyHeartbeatMs = 600_000;

interface Soaked {
  readonly commands: number;
  readonly ends: Readonly<Record<string, number>>;
  /** Growth of the heap from the first fifth to the end, bytes a command; null where it is out of sight. */
  readonly heapPerCommand: number | null;
  readonly left: number;
}

export const soak: readonly Check[] = [
  {
    id: "C10.1",
    promise: "Ten thousand commands have ten thousand ends, none twice, none lost.",
    fix: "look for what grows or is forgotten between commands: listeners, timers, an in-memory table of ids",
    async run(scene) {
      const { commands, ends, left } = await soaked(scene);
      claim(left === 0, `${left} commands were left unacknowledged`);
      if (commands < enough) throw new NotRun(`${commands} commands ended well; a soak takes ${enough}`);
      return { commands, ...ends };
    },
  },
  {
    id: "C10.2",
    promise: "Its memory does not grow from command to command.",
    fix: "remove listeners and timers when a command ends, and keep what must be kept in the journal",
    async run(scene) {
      const { heapPerCommand: grown, commands } = await soaked(scene);
      if (grown === null) throw new NotRun("nobody tells how much memory it takes: over MQTT add --start");
      claim(
        grown <= heapPerCommand,
        `the heap grew by ${grown} bytes a command; at most ${heapPerCommand} are allowed`,
      );
      if (commands < enough) throw new NotRun(`${commands} commands are too few to tell`);
      return { commands, heapBytesPerCommand: Math.max(0, grown) };
    },
  },
];

async function soaked(scene: Scene): Promise<Soaked> {
  const { suite } = scene;
  const before = suite.memory.get("soak") as Soaked | undefined;
  if (before !== undefined) return before;
  if (suite.soak === 0) throw new NotRun(`no soak was asked for: --soak runs one of ${enough} commands`);
  const fresh = await scene.again({ heartbeatMs: lazyHeartbeatMs });
  const ends: Record<string, number> = {};
  const { heapBytes } = fresh.rig;
  let heapAt = 0;
  for (let n = 0; n < suite.soak; n++) {
    if (n === Math.floor(suite.soak / 5)) heapAt = heapBytes?.() ?? 0;
    const { execute, end } = await fresh.carryOut();
    claimOneEnd(fresh, execute.commandId);
    claim(end.state !== "rejected", () => `command ${n + 1}: ${describe(end)}`);
    ends[end.state] = (ends[end.state] ?? 0) + 1;
    // The suite must not be what grows.
    fresh.messages.length = 0;
    fresh.heartbeats.splice(0, fresh.heartbeats.length - 1);
  }
  await fresh.pass(1_000);
  const grown = heapBytes === null ? null : Math.round((heapBytes() - heapAt) / (suite.soak * 0.8));
  const answer = await fresh.reconcile();
  const left = answer.kind === "snapshot" ? answer.unlisted.length : suite.soak;
  const found: Soaked = { commands: suite.soak, ends, heapPerCommand: grown, left };
  suite.memory.set("soak", found);
  return found;
}
