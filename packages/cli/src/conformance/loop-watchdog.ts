// A thread beside the one that a driver is tested in: when that one does nothing more it finds out where it is, says so, and has
// it end. `watchLoop` starts it.
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import { workerData } from "node:worker_threads";
import { createRealClock } from "@labloop/clock";
import { faultOfBlock } from "../drivers/driver-fault.ts";
import { faultText } from "../say.ts";
import { beatEveryMs, type WatchedLoop } from "./watch-loop.ts";

/** How long the other thread may take to stop where it is, ms; one that waits outside of JavaScript never does. */
const stopWithinMs = 2_000;

const { beats, during, withinMs, endsItself } = workerData as WatchedLoop;
const clock = createRealClock();
let last = Atomics.load(beats, 0);
let missed = 0;
look();

/** Counts its own ticks, not time: a computer that slept has slept as a whole. */
function look(): void {
  clock.at(clock.now() + beatEveryMs, () => {
    const now = Atomics.load(beats, 0);
    missed = now === last && Atomics.load(beats, 2) === 0 ? missed + 1 : 0;
    last = now;
    if (missed * beatEveryMs < withinMs) look();
    else stop();
  });
}

function stop(): void {
  const session = new Session();
  const urls = new Map<string, string>();
  session.connectToMainThread();
  const cancel = clock.at(clock.now() + stopWithinMs, () => {
    tell({});
    process.kill(process.pid, "SIGKILL");
  });
  session.on("Debugger.scriptParsed", ({ params }) => void urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    cancel();
    const frames = params.callFrames.map(({ functionName, location }) => ({
      name: functionName,
      url: urls.get(location.scriptId) ?? "",
      line: location.lineNumber + 1,
      column: (location.columnNumber ?? 0) + 1,
    }));
    tell(frames.find(({ url }) => url.startsWith("file:")) ?? {});
    if (!endsItself) process.kill(process.pid, "SIGKILL");
    Atomics.store(beats, 1, 1);
    // One after the other, and the session stays: all at once crashed one process in five, in V8.
    session.post("Runtime.terminateExecution", () => session.post("Debugger.resume"));
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

function tell(at: { name?: string; url?: string; line?: number; column?: number }): void {
  const { name = "", url, line = 1, column = 1 } = at;
  const text = Buffer.from(during).toString("utf8");
  const place = url === undefined ? {} : { file: fileURLToPath(url), line, column };
  const { message, ...fault } = faultOfBlock(missed * beatEveryMs);
  const where = name === "" ? "" : ` in ${name}()`;
  const told = { ...fault, ...place, message: `${message}${where}, during ${text.slice(0, text.indexOf("\0"))}` };
  // The thread that writes for streams is the one that is stuck.
  writeSync(2, `${faultText(told)}\n`);
}
