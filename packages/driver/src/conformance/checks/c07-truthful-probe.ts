import type { Execute, ProbeResult, Report } from "@labloop/contracts";
import type { Check, Figures } from "../check.ts";
import { describe, type Scene } from "../scene.ts";
import { claim, NotApplicable, NotRun } from "../verdict.ts";

/** Cuts of a wire, and deaths in time, an operation; spread evenly where an act has more bytes or ms than that. */
const mostCuts = 120;
const mostDeaths = 40;
/** Over MQTT a restart takes its time. */
const mostRealDeaths = 4;

/** An act with nothing in its way: what a disturbed one is compared with. */
interface CleanAct {
  readonly op: string;
  /** How often the plant counts one such act. */
  readonly acts: number;
  readonly bytes: number;
  readonly writes: number;
  readonly tookMs: number;
}

export const truthfulProbe: readonly Check[] = [
  {
    id: "C7.1",
    promise: "Of a command that was never started a probe says that it did not happen, or that it does not know.",
    fix: "answer from the journal before you ask the equipment: what has no started record has moved nothing",
    async run(scene) {
      const unsent = scene.order();
      await scene.cancel(unsent);
      await scene.end(unsent.commandId);
      for (const { commandId } of [unsent, scene.order()]) {
        const { outcome, decisive } = await scene.probe(commandId);
        claim(!decisive || outcome === "not-happened", `it said ${outcome}, and was sure of it`);
      }
    },
  },
  {
    id: "C7.2",
    promise: "With the wire cut at any byte of an act, what it says of the act is what the plant has done.",
    fix: "have baseline read a counter or a position that start changes, and probe compare the two; unsure is not decisive",
    needs: ["wire", "acts"],
    run: (scene) =>
      forEachAct(scene, async (clean, judged) => {
        const cuts = spread(clean.bytes, mostCuts);
        for (const cut of cuts) {
          await judged(`the wire cut after byte ${cut} of ${clean.bytes}`, async (next) => {
            next.rig.wire?.cutAfter(cut);
            return runThrough(next, clean.op);
          });
        }
        return cuts.length;
      }),
  },
  {
    id: "C7.3",
    promise:
      "Killed at any moment of an act and started again, it says what the plant has done, and does not act again.",
    fix: "write started before the first byte; after a restart only probe decides, and without evidence it is unknown (D7)",
    needs: ["restart", "acts"],
    run: (scene) =>
      forEachAct(scene, async (clean, judged) => {
        const deaths = spread(clean.tookMs, scene.rig.isVirtual ? mostDeaths : mostRealDeaths);
        for (const death of deaths) {
          await judged(`killed ${death} ms into an act of ${clean.tookMs} ms`, async (next) => {
            const execute = next.order({ op: clean.op });
            await next.send(execute);
            await next.pass(death);
            await next.restart();
            return takeUp(next, execute);
          });
        }
        return deaths.length;
      }),
  },
  {
    id: "C7.4",
    promise: "Killed at any write of its journal, just before or just after, it says what the plant has done.",
    fix: "started is durable before the first byte, the end is durable before it is reported (D4, D5)",
    needs: ["journal", "restart", "acts"],
    run: (scene) =>
      forEachAct(scene, async (clean, judged) => {
        for (let write = 0; write < clean.writes; write++) {
          for (const when of ["before", "after"] as const) {
            await judged(`killed ${when} write ${write + 1} of ${clean.writes}`, async (next) => {
              const { journal } = next.rig;
              journal?.dieAt(journal.writes() + write, when);
              const execute = next.order({ op: clean.op });
              await next.send(execute);
              await next.pass(2 * clean.tookMs + 1_000);
              await next.restart();
              return takeUp(next, execute);
            });
          }
        }
        return 2 * clean.writes;
      }),
  },
];

type Judged = (what: string, run: (scene: Scene) => Promise<{ execute: Execute; end: Report }>) => Promise<void>;

/** Disturbs every operation that has an act which succeeds, and holds what is said of it against the plant. */
async function forEachAct(
  scene: Scene,
  disturb: (clean: CleanAct, judged: Judged) => Promise<number>,
): Promise<Figures> {
  let disturbed = 0;
  let doubts = 0;
  const failing: string[] = [];
  const unmoving: string[] = [];
  for (const op of scene.ops()) {
    const fresh = await scene.again();
    const clean = await cleanAct(fresh, op);
    if (clean === null) failing.push(op);
    else if (clean.acts === 0) unmoving.push(op);
    if (clean === null) continue;
    disturbed += await disturb(clean, async (what, run) => {
      const next = await scene.again();
      const before = await next.acts();
      const { execute, end } = await run(next);
      const probed = await next.probe(execute.commandId);
      const acts = (await next.acts()) - before;
      const lie = lieOf(clean, acts, end, probed);
      claim(lie === null, () => `${op}, ${what}: ${lie}`);
      if (end.state === "unknown") doubts++;
      await next.ack([execute.commandId]);
      await next.close();
    });
    await fresh.close();
  }
  const { length } = scene.ops();
  if (failing.length === length)
    throw new NotRun(`no act succeeds here: ${failing.join(", ")}; lay out what they need`);
  if (failing.length + unmoving.length === length) {
    throw new NotApplicable("the plant counts nothing for its acts: they move nothing");
  }
  return { disturbed, doubts, operationsWithoutSuccess: failing.length };
}

/** Returns what one undisturbed act takes, or null when it does not succeed. */
async function cleanAct(scene: Scene, op: string): Promise<CleanAct | null> {
  const { wire, journal, clock } = scene.rig;
  const before = {
    acts: await scene.acts(),
    bytes: wire?.bytes() ?? 0,
    writes: journal?.writes() ?? 0,
    at: clock.now(),
  };
  const { end } = await runThrough(scene, op);
  const tookMs = clock.now() - before.at;
  if (end.state !== "succeeded") return null;
  return {
    op,
    acts: (await scene.acts()) - before.acts,
    bytes: (wire?.bytes() ?? 0) - before.bytes,
    writes: (journal?.writes() ?? 0) - before.writes,
    tookMs,
  };
}

async function runThrough(scene: Scene, op: string): Promise<{ execute: Execute; end: Report }> {
  const execute = scene.order({ op });
  await scene.send(execute);
  return { execute, end: await scene.end(execute.commandId) };
}

/** What an engine does after a restart: it asks, sends what was never seen once more, and waits for the end. */
async function takeUp(scene: Scene, execute: Execute): Promise<{ execute: Execute; end: Report }> {
  const answer = await scene.reconcile({ open: [execute] });
  claim(answer.kind === "snapshot", () => `reconcile was answered with ${describe(answer)}`);
  const again = { ...execute, issuedAt: new Date(scene.rig.clock.now()).toISOString() };
  await scene.send(again);
  return { execute, end: await scene.end(execute.commandId) };
}

/** Returns in what the device's word is not what the plant has done; null when it is. */
function lieOf(clean: CleanAct, acts: number, end: Report, probed: ProbeResult): string | null {
  if (acts > clean.acts) return `the plant counted ${acts} acts, and one such command is ${clean.acts}`;
  if (clean.acts === 0) return null;
  const counted = `the plant counted ${acts} acts`;
  const hasActed = acts > 0;
  const saysActed = end.state === "succeeded" || end.physical === "full" || end.physical === "partial";
  const saysNot = end.physical === "none" && end.state !== "unknown";
  if (saysActed && !hasActed) return `it was told to have ended as ${describe(end)}, and ${counted}`;
  if (saysNot && hasActed) return `it was told to have ended as ${describe(end)}, and ${counted}`;
  if (!probed.decisive) return null;
  const { outcome } = probed;
  if ((outcome === "happened" || outcome === "partial") && !hasActed) return `probe said ${outcome}, and ${counted}`;
  return outcome === "not-happened" && hasActed ? `probe said ${outcome}, and ${counted}` : null;
}

/** Returns at most so many numbers from 1 to `last`, evenly spread, the last one included. */
function spread(last: number, most: number): number[] {
  const count = Math.min(last, most);
  return Array.from({ length: count }, (_, index) => Math.max(1, Math.round(((index + 1) * last) / count)));
}
