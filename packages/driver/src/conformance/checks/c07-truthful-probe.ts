import type { Check } from "../check.ts";
import { claim } from "../verdict.ts";
import { forEachAct, runThrough, spread, takeUp } from "./against-the-plant.ts";

/** Cuts of a wire, and deaths in time, an operation; spread evenly where an act has more bytes or ms than that. */
const mostCuts = 120;
const mostDeaths = 40;
/** Over MQTT a restart takes its time. */
const mostRealDeaths = 4;

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
