import { definePlant } from "@labloop/driver/conformance";
import { createModbusThermostatPlant } from "@labloop/simulator";
import { createBenchWorld, onBench } from "./bench-world.ts";

export default definePlant({
  open({ labClock, linkClock }) {
    const world = createBenchWorld(labClock);
    let isWarm = false;
    // Up and down in turn, so that every act has somewhere to go.
    const layOut = () => {
      isWarm = !isWarm;
      return { target: { value: isWarm ? 40 : 30, unit: "degC" } };
    };
    return onBench(createModbusThermostatPlant(world, { degreesPerSecond: 50 }), world, linkClock, layOut);
  },
});
