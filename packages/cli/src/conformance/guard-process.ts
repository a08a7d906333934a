import { faultOfThrown } from "../drivers/driver-fault.ts";
import { exitCode } from "../exit-code.ts";
import { faultText, say } from "../say.ts";

/**
 * Runs what a driver and its plant do in this process, and says who it was and where when they throw outside of an operation
 * or end the process: both end it at once, as failed. `during` names what was under way.
 */
export async function guardProcess<T>(during: () => string, work: () => Promise<T>): Promise<T> {
  const onThrown = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => {
    process.off("exit", onExit);
    const fault = faultOfThrown(error, origin === "unhandledRejection");
    say(faultText({ ...fault, message: `${fault.message}, during ${during()}`, hint: outside }));
    process.exit(exitCode.failed);
  };
  const onExit = () => {
    say(`labloop: the driver or its plant has ended this process, during ${during()} [driver.ended]`);
    say("    a driver leaves process.exit alone: throw, and the kit looks for evidence");
    process.exitCode = exitCode.failed;
  };
  process.on("uncaughtException", onThrown);
  process.once("exit", onExit);
  try {
    return await work();
  } finally {
    process.off("uncaughtException", onThrown);
    process.off("exit", onExit);
  }
}

const outside = "nothing that was waited for threw it: await every promise, and catch what timers and listeners throw";
