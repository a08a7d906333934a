import { createRealClock } from "@labloop/clock";
import type { DriverContext, OperationContext } from "@labloop/driver";

/** The context of an act in real time, for a driver that is called without its kit. */
export function realContext(): OperationContext {
  const clock = createRealClock();
  const silent = () => {};
  const driver: DriverContext = {
    deviceId: "under-test",
    labClock: clock,
    linkClock: clock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  return {
    ...driver,
    commandId: "01JGZZZZZZZZZZZZZZZZZZ0001.1",
    signal: new AbortController().signal,
    progress: silent,
    partial: silent,
    answer: () => new Promise<never>(() => {}),
  };
}
