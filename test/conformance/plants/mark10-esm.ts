import { definePlant } from "@labloop/driver/conformance";
import { createMark10EsmPlant } from "@labloop/simulator";
import { createBenchWorld, onBench, underTest } from "./bench-world.ts";

export default definePlant({
  open({ labClock, linkClock }) {
    const world = createBenchWorld(labClock);
    return onBench(createMark10EsmPlant(world), world, linkClock, () => {
      world.put(underTest);
      return { travel: { value: 1, unit: "mm" }, speed: { value: 60, unit: "mm/min" } };
    });
  },
});
