import type { VirtualClock } from "@labloop/clock";
import type { LabEvent, Log } from "@labloop/contracts";
import type { MemoryMedium } from "@labloop/driver";
import type { Recipe } from "@labloop/engine";
import type { Mix } from "./mix.ts";
import type { Story } from "./story.ts";
import type { World } from "./world.ts";

/** What every part of one simulated lab has in common. */
export interface Scene {
  readonly seed: number;
  readonly mix: Mix;
  readonly recipe: Recipe;
  readonly clock: VirtualClock;
  /** The one stream from which everything random is drawn while the lab runs. */
  readonly draw: () => number;
  readonly world: World;
  readonly story: Story;
  /** The disks of the devices. */
  readonly media: ReadonlyMap<string, MemoryMedium>;
  /** Whatever any engine has ever committed, also what a restored backup has forgotten. */
  readonly everCommitted: LabEvent[];
  /** Passes a point at which the process of this client may meet what was planned for it. */
  readonly pass: (clientId: string) => void;
  /** Whether faults are over. */
  readonly isCalm: () => boolean;
  /** Does something after so many ms of virtual time. */
  readonly soon: (ms: number, work: () => void) => void;
}

/** When every story begins, ms since 1970. */
export const startAt = Date.UTC(2026, 0, 5, 8);

/** Slower than usual, so that a simulated campaign is not mostly heartbeats, ms. */
export const beatMs = 2_500;

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
