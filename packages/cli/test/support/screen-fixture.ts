import { createRealClock } from "@labloop/clock";
import { openLiveView } from "../../src/terminal/live-view.ts";
import { terminalOf } from "../../src/terminal/terminal-of.ts";

// A live view of an empty lab on whatever terminal this runs in, until q is pressed; with "throw", until it breaks.
const terminal = terminalOf(process);
if (terminal === null) throw new Error("this is no terminal");
const live = openLiveView({
  ...terminal,
  watched: {
    view: () => ({
      seq: 0,
      campaign: null,
      experiments: [],
      runs: [],
      devices: [],
      alarms: [],
      doubts: [],
      asks: [],
      interlocks: [],
    }),
    waiting: () => [],
    labNow: () => 0,
    progress: () => ({}),
    stale: () => null,
    submit: async () => ({ ok: false, reason: "nobody listens" }),
  },
  dashboard: null,
  data: null,
  end: () => null,
  canLeave: true,
  person: "ada",
  clock: createRealClock(),
  onInterrupt: () => undefined,
});
live.say("ready");
if (process.argv[2] === "throw") throw new Error("it broke");
await live.left;
live.close();
process.stdout.write("left\n");
