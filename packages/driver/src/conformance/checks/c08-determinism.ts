import type { Check } from "../check.ts";
import { playSeries } from "../play-series.ts";
import { differenceOf, traceOf } from "../trace.ts";
import { claim } from "../verdict.ts";

export const sameSeedSameTrace: readonly Check[] = [
  {
    id: "C8.1",
    promise: "The same commands bring the same answers; in virtual time byte by byte.",
    fix: "take time, randomness and ids from the context that you are given, and keep nothing in module variables",
    async run(scene) {
      // One after the other: where both are one device, it counts on.
      const first = await scene.again();
      const one = await playSeries(first);
      const second = await scene.again();
      const two = await playSeries(second);
      const difference = differenceOf(traceOf(first.announced(), one), traceOf(second.announced(), two));
      claim(difference === null, `in the second run ${difference}`);
      if (!scene.rig.isVirtual) return { exact: 0 };
      const at = one.findIndex((message, index) => JSON.stringify(message) !== JSON.stringify(two[index]));
      claim(at === -1 && one.length === two.length, () => {
        return `message ${at + 1} was ${JSON.stringify(one[at])}, and then ${JSON.stringify(two[at])}`;
      });
      return { exact: 1, messages: one.length };
    },
  },
];
