import { definePlant } from "@labloop/driver/conformance";
import { createMarlinPlant } from "@labloop/simulator";
import { createBenchWorld, onBench } from "./bench-world.ts";

export default definePlant({
  open({ labClock, linkClock }) {
    const world = createBenchWorld(labClock);
    return onBench(createMarlinPlant(world), world, linkClock, () => ({ file: "CUBE.GCO" }));
  },
});
