import type { Check } from "../check.ts";
import { playSeries } from "../play-series.ts";
import { differenceOf, traceOf } from "../trace.ts";
import { claim, NotRun } from "../verdict.ts";

export const recordedTrace: readonly Check[] = [
  {
    id: "C9.1",
    promise: "What it says to a fixed series of commands is what stands in the trace beside it.",
    fix: "if the change is meant, raise driverVersion and record the trace anew with --record; else find what changed",
    async run(scene) {
      const played = traceOf(scene.announced(), await playSeries(scene));
      scene.suite.onTrace(played);
      const { recorded, isRecording } = scene.suite;
      if (isRecording) {
        // What was written a moment ago says nothing of the driver before it has said the same once more.
        const next = await scene.again();
        const difference = differenceOf(played, traceOf(next.announced(), await playSeries(next)));
        claim(difference === null, `played once more for the trace that is recorded now, ${difference}`);
        return { messages: played.lines.length, recorded: 1 };
      }
      if (recorded === null) throw new NotRun("no trace is kept beside the driver: record one with --record");
      const difference = differenceOf(recorded, played);
      claim(difference === null, `${difference} in driver ${recorded.driverVersion}`);
      return { messages: played.lines.length };
    },
  },
];
