import { definePlant } from "../../src/conformance/index.ts";
import { createLineReader, createStreamPair } from "../../src/index.ts";

/** The pump itself, at the other end of the wire: it outlives its driver. */
export default definePlant({
  open({ labClock, linkClock }) {
    let push = { count: 0, before: 0, at: 0, volume: 0, rate: 1 };
    const moved = () => Math.min(push.volume, ((labClock.now() - push.at) / 1_000) * push.rate);
    const answerTo = (line: string): string => {
      const [verb = "", volume = "0", rate = "1"] = line.split(" ");
      if (verb === "ID?") return "PUMP 1.0 SN7";
      if (verb === "TOTAL?") return `${push.before + moved()} ${moved() < push.volume ? "MOVING" : "STILL"}`;
      if (verb === "PUSH" && moved() < push.volume) return "BUSY";
      const count = push.count + (verb === "PUSH" ? 1 : 0);
      push = { count, before: push.before + moved(), at: labClock.now(), volume: Number(volume), rate: Number(rate) };
      return "OK";
    };
    return {
      acts: () => push.count,
      openWire() {
        const [near, far] = createStreamPair(linkClock, { delayMs: 2 });
        createLineReader(far, { terminator: "\n" }).onLine((line) => far.write(Buffer.from(`${answerTo(line)}\n`)));
        return near;
      },
    };
  },
});
