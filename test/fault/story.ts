import type { Clock } from "@labloop/contracts";
import { hash } from "node:crypto";

/** Everything that was said, recorded and done in one simulated campaign, in its order. */
export interface Story {
  /** What is wrong, so far. */
  readonly findings: string[];
  /** How often each kind of fault was injected. */
  readonly injected: Readonly<Record<string, number>>;
  /** Told to whoever follows a replay; costs nothing otherwise. */
  tell(line: () => string): void;
  /** What two runs of one seed must have in common, byte for byte. */
  keep(line: string): void;
  note(fault: string): void;
  digest(): string;
}

export function createStory(clock: Clock, onTrace?: (line: string) => void): Story {
  const startAt = clock.now();
  const kept: string[] = [];
  const injected: Record<string, number> = {};
  const tell = (line: () => string) => onTrace?.(`${((clock.now() - startAt) / 1_000).toFixed(3)} s  ${line()}`);
  return {
    findings: [],
    injected,
    tell,
    keep: (line) => void kept.push(line),
    note(fault) {
      injected[fault] = (injected[fault] ?? 0) + 1;
      tell(() => `fault ${fault}`);
    },
    digest: () => hash("sha256", kept.join("\n")),
  };
}
