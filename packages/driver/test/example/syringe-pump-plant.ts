import { definePlant } from "../../src/conformance/index.ts";
import { openAnsweringWire } from "../../src/index.ts";

/** The pump itself, at the other end of the wire: it outlives its driver. */
export default definePlant({
  open({ labClock, linkClock }) {
    let push = { count: 0, at: 0, volume: 0, target: 0, rate: 1 };
    const moved = () => Math.min(push.volume, ((labClock.now() - push.at) / 1_000) * push.rate);
    const answer = (line: string): string => {
      const [verb, volume, rate] = line.split(" ");
      const isMoving = moved() < push.volume;
      if (verb === "ID?") return "PUMP 1.0 SN7";
      if (verb === "MOVED?") return String(moved());
      if (verb === "PUSH?") return `${isMoving ? "MOVING" : "STILL"} ${push.count} ${moved()} ${push.target}`;
      if (verb === "HALT") push = { ...push, volume: moved() };
      else if (isMoving) return "BUSY";
      else
        push = {
          count: push.count + 1,
          at: labClock.now(),
          volume: Number(volume),
          target: Number(volume),
          rate: Number(rate),
        };
      return "OK";
    };
    return { acts: () => push.count, openWire: () => openAnsweringWire(linkClock, "\n", answer) };
  },
});
