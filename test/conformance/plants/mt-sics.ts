import { definePlant } from "@labloop/driver/conformance";
import { createMtSicsPlant } from "@labloop/simulator";
import { createBenchWorld, onBench, underTest } from "./bench-world.ts";

export default definePlant({
  open({ labClock, linkClock }) {
    const world = createBenchWorld(labClock);
    world.put(underTest);
    return onBench(createMtSicsPlant(world), world, linkClock, () => ({}));
  },
});
