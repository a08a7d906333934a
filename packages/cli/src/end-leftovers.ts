import { ifStillAlive } from "@labloop/clock/if-still-alive";
import { say } from "./say.ts";

/** Enough for connections that are closing and output that is still being read; chosen, ms. */
const graceMs = 2_000;

/**
 * Ends a process whose command is done and that something keeps alive all the same, such as a timer of a driver that was only
 * loaded to be looked at: it says what it is, and exits with the code that is set. A process that nothing keeps ends before.
 */
export function endLeftovers(): void {
  ifStillAlive(graceMs, () => {
    // A slow reader of our output is no leftover.
    if (process.stdout.writableLength > 0) return endLeftovers();
    const kept = [...new Set(process.getActiveResourcesInfo().filter((kind) => !/^(TTY|Pipe)Wrap$/.test(kind)))];
    say(
      `labloop: done, but a loaded module has left something open (${kept.join(", ")}); it is ended [driver.leftover]`,
    );
    say("    a driver starts timers and opens connections in connect, and ends them with its session");
    process.exit();
  });
}
