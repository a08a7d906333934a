import { createStreamPair } from "@labloop/driver";
import { definePlant } from "@labloop/driver/conformance";
import { createRobotServerPlant } from "@labloop/simulator";

export default definePlant({
  open({ labClock, linkClock }) {
    const robot = createRobotServerPlant({
      clock: labClock,
      program: (_source, { blue = 50, yellow = 50 }) => [
        { commandType: "aspirate", durationMs: 8_000, result: { volume: Number(blue) } },
        { commandType: "dispense", durationMs: 8_000, result: { volume: Number(blue) } },
        { commandType: "comment", durationMs: 10, params: { message: `total: ${Number(blue) + Number(yellow)}` } },
      ],
    });
    return {
      openWire() {
        const [near, far] = createStreamPair(linkClock, { delayMs: 1 });
        robot.attach(far);
        return near;
      },
      acts: () => robot.acts.filter(({ commandType }) => commandType === "aspirate").length,
    };
  },
});
