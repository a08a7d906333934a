import type { Engine } from "@labloop/engine";

/** Two interrupts closer together than this are one, sent twice by the terminal and the launcher, ms. */
const sameSignalMs = 300;

/**
 * Turns Ctrl-C into operator commands: once stops what is fair to stop, twice aborts. Before the engine is up, an
 * interrupt ends the process.
 */
export function steerBySignals(say: (line: string) => void) {
  let engine: Engine | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  const by = { kind: "operator", name: "terminal" } as const;

  const stop = (reason: string) => {
    if (engine === null) process.exit(130);
    // Whoever ends it from outside is not at the desk: it must not wait there for ever.
    engine.stopWaiting();
    const receipt = engine.submit({ type: "campaign.stop", by, reason });
    say(receipt.ok ? `stopping: what runs is finished first (${reason})` : receipt.reason);
  };
  const onSignal = () => {
    const at = process.uptime() * 1_000;
    const isRepeat = at - lastAt < sameSignalMs;
    const isFirst = lastAt === Number.NEGATIVE_INFINITY;
    if (isRepeat) return;
    lastAt = at;
    if (isFirst) {
      stop("interrupted at the terminal");
      say("press Ctrl-C again to abort");
    } else {
      const receipt = engine?.submit({ type: "campaign.abort", by });
      say(receipt?.ok === true ? "aborting: parts are cleared away, nothing more is started" : (receipt?.reason ?? ""));
    }
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    attach(opened: Engine): void {
      engine = opened;
    },
    stop,
    detach(): void {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
