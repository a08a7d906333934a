import { followLauncher } from "./follow-launcher.ts";

// On Windows nothing but the console sends any, and SIGBREAK is the one that a program can send to a group there.
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const;

/** Listens, from now on, for a person or a supervisor who asks this process to end. */
export interface StopListener {
  /** Resolves when it is asked, or when the launcher that started it is gone. */
  readonly asked: Promise<void>;
  /** Leaves signals to Node again. */
  forget(): void;
}

/** Returns a listener that is to be there before anybody is told that the process is up. */
export function listenForStop(): StopListener {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  for (const signal of signals) process.on(signal, stop);
  const stopFollowing = followLauncher(stop);
  return {
    asked,
    forget() {
      stopFollowing();
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
