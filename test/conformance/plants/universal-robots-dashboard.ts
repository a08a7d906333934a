import { definePlant } from "@labloop/driver/conformance";
import { createUrDashboardPlant } from "@labloop/simulator";
import { createBenchWorld, onBench } from "./bench-world.ts";

/** A third of what an arm takes: ten thousand of them ask no less of the driver, and cost CI half the time. */
const quick = { pickMs: 5_000, placeMs: 10_000, transferMs: 15_000 };

export default definePlant({
  config: {
    programs: { "here>there": "here-there.urp" },
    senses: { here: "see-here.urp", there: "see-there.urp" },
  },
  open({ labClock, linkClock }) {
    const world = createBenchWorld(labClock);
    const programs = {
      "here-there.urp": { from: "here", to: "there" },
      "see-here.urp": { sense: "here" },
      "see-there.urp": { sense: "there" },
    };
    return onBench(createUrDashboardPlant(world, { programs, ...quick }), world, linkClock, () => {
      world.put("here");
      world.clear("there");
      return { from: "here", to: "there" };
    });
  },
});
