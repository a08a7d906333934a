import { faultOfThrown } from "../drivers/driver-fault.ts";
import { exitCode } from "../exit-code.ts";
import { faultText, say } from "../say.ts";
import { earlyEnd } from "../tell-early-end.ts";
import { blocksAtMost, watchLoop } from "./watch-loop.ts";

/**
 * Runs what a driver and its plant do in this process, and says who it was and where when they throw outside of an operation,
 * end the process, or let nothing else run for `withinMs`: each ends it at once, as failed. `work` is given what notes what is
 * under way.
 */
export async function guardProcess<T>(
  work: (note: (during: string) => void) => Promise<T>,
  withinMs = blocksAtMost,
): Promise<T> {
  let during = "the start";
  const onThrown = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => {
    process.off("exit", onExit);
    const fault = faultOfThrown(error, origin === "unhandledRejection");
    say(faultText({ ...fault, message: `${fault.message}, during ${during}`, hint: outside }));
    process.exit(exitCode.failed);
  };
  const onExit = () => {
    if (earlyEnd.isTold) return;
    earlyEnd.isTold = true;
    say(`labloop: the driver or its plant has ended this process, during ${during} [driver.ended]`);
    say("    a driver leaves process.exit alone: throw, and the kit looks for evidence");
    process.exitCode = exitCode.failed;
  };
  const onBlocked = () => {
    process.off("exit", onExit);
    process.exit(exitCode.failed);
  };
  process.on("uncaughtException", onThrown);
  // Before whoever tells of ends that nobody else has told of.
  process.prependOnceListener("exit", onExit);
  const watch = watchLoop(onBlocked, withinMs);
  const note = (what: string) => {
    during = what;
    watch.note(what);
  };
  note(during);
  try {
    return await work(note);
  } finally {
    watch.end();
    process.off("uncaughtException", onThrown);
    process.off("exit", onExit);
  }
}

const outside = "nothing that was waited for threw it: await every promise, and catch what timers and listeners throw";
