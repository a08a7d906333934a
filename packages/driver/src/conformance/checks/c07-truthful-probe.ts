import type { Check } from "../check.ts";
import type { Scene } from "../scene.ts";
import { claim } from "../verdict.ts";
import { forEachAct, runThrough, spread, takeUp } from "./against-the-plant.ts";

/** Cuts of a wire, and deaths in time, an operation; spread evenly where an act has more bytes or ms than that. */
const mostCuts = 120;
const mostDeaths = 40;
/** Over MQTT acts and restarts take their time. */
const mostRealCuts = 6;
const mostRealDeaths = 3;
const realBrinksBoth = 4;
const realBrinksSpread = 3;

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
        const cuts = spread(clean.bytes, scene.rig.isVirtual ? mostCuts : mostRealCuts);
        for (const cut of cuts) {
          await judged(`the wire cut after byte ${cut} of ${clean.bytes}`, async (next) => {
            next.rig.wire?.cutAfter(cut);
            const ended = await runThrough(next, clean.op);
            // An act with fewer bytes than the one that was counted leaves the cut to whatever comes next.
            next.rig.wire?.cutAfter(Number.POSITIVE_INFINITY);
            return ended;
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
    needs: ["brink", "restart", "acts"],
    run: (scene) =>
      forEachAct(scene, async (clean, judged) => {
        const brinks = brinksOf(scene, clean.brinks);
        for (const [nth, when] of brinks) {
          const told = `killed ${when} ${scene.rig.brink?.unit} ${nth + 1} of ${clean.brinks}`;
          await judged(told, async (next) => {
            const { brink } = next.rig;
            brink?.dieAt(brink.count() + nth, when);
            const execute = next.order({ op: clean.op });
            await next.send(execute);
            await next.until(() => next.states.at(-1)?.state.online === false, 2 * clean.tookMs + 1_000);
            // One that asks its instrument less often than when it was counted lives on, and the next start is to live.
            brink?.dieAt(Number.POSITIVE_INFINITY, "after");
            await next.restart();
            return takeUp(next, execute);
          });
        }
        return brinks.length;
      }),
  },
];

/** Every moment, before and after; over MQTT those of the beginning, where motion begins, and a few of the rest. */
function brinksOf({ rig }: Scene, count: number): (readonly [nth: number, when: "before" | "after"])[] {
  const both = (nth: number) => [[nth, "before"] as const, [nth, "after"] as const];
  if (rig.isVirtual) return Array.from({ length: count }, (_, nth) => both(nth)).flat();
  const first = Array.from({ length: Math.min(count, realBrinksBoth) }, (_, nth) => both(nth)).flat();
  const rest = spread(count - 1, realBrinksSpread).filter((nth) => nth >= realBrinksBoth);
  return [...first, ...rest.map((nth) => [nth, "before"] as const)];
}
