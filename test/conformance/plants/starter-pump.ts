import { definePlant } from "@labloop/driver/conformance";
import { createStarterPumpPlant } from "@labloop/simulator";
import { createBenchWorld, onBench } from "./bench-world.ts";

export default definePlant({
  open({ labClock, linkClock }) {
    const world = createBenchWorld(labClock);
    const dose = { speed: { value: 60, unit: "rpm" }, time: { value: 1, unit: "s" } };
    return onBench(
      createStarterPumpPlant(world, () => 0.5),
      world,
      linkClock,
      () => dose,
    );
  },
});
