import { createSeededIds } from "@labloop/clock";
import type { LabEvent } from "@labloop/contracts";
import { type Engine, openEngine } from "@labloop/engine";
import type { Journal } from "@labloop/journal";
import { propose } from "@labloop/optimizer";
import { createEngineDisk } from "./disk.ts";
import { recipe } from "./lab.ts";
import type { Link, Network } from "./network.ts";
import { beatMs, quiet, type Scene, startAt } from "./scene.ts";

interface EngineProcess {
  isAlive: boolean;
  engine: Engine | null;
  link: Link | null;
}

/** The engine of the cell: a process that can die, be started again, and go on beside its successor. */
export interface EngineProcesses {
  boot(): void;
  /** Dies at once, and is started again after a while. */
  crash(forMs: number): void;
  /** Is cut off and goes on, while another takes its cell; later it is heard again, and at last it dies. */
  usurp(forMs: number): void;
  /** Takes a copy of the journal; some time later the last copy takes the place of what was written since. */
  restore(afterMs: number): void;
  fillDisk(ms: number): void;
  mendDisk(): void;
  /** The engine that has the cell, while its process lives. */
  current(): Engine | null;
  /** The last one that was opened. */
  last(): Engine | null;
  journal(): Journal;
  hasEnded(): boolean;
  /** How long no engine could keep a deadline, ms. */
  downMs(): number;
}

export function createEngineProcesses(options: {
  readonly scene: Scene;
  readonly network: Network;
  readonly onCommitted: (events: readonly LabEvent[]) => void;
}): EngineProcesses {
  const { scene, network, onCommitted } = options;
  const { seed, clock, story, soon } = scene;
  const disk = createEngineDisk();
  let process: EngineProcess | null = null;
  let boots = 0;
  let journal: Journal | null = null;
  let last: Engine | null = null;
  let isEnded = false;
  let isDiskFull = false;
  let copy = disk.copy();
  let copiedAt = startAt;
  let downMs = 0;
  let downSince: number | null = null;

  function boot(): void {
    if (process !== null || isEnded) return;
    const self: EngineProcess = { isAlive: true, engine: null, link: null };
    process = self;
    const n = ++boots;
    try {
      const hooks = {
        isDead: () => !self.isAlive,
        isFull: () => isDiskFull,
        point: () => scene.pass(`eng-${n}`),
        onCommitted,
      };
      const opened = disk.open(hooks, () => clock.now());
      journal = opened;
      const link = network.connect({ clientId: `eng-main-${n}` });
      self.link = link;
      const engine = openEngine({
        journal: opened,
        bus: link,
        proposer: { propose: (request) => Promise.resolve(propose(request)), close: () => Promise.resolve() },
        labClock: clock,
        linkClock: clock,
        ids: createSeededIds(clock, seed, `engine/${n}`),
        recipe,
        engineId: `engine-${n}`,
        clock: { kind: "virtual", scale: 1, labAt: startAt, wallAt: startAt },
        cell: "main",
        heartbeatMs: beatMs,
        log: quiet,
        waitsForPeople: true,
      });
      self.engine = engine;
      last = engine;
      if (downSince !== null) downMs += clock.now() - downSince;
      downSince = null;
      void engine.end.then((end) => {
        if (end.kind === "broken") {
          story.tell(() => `engine broken: ${end.error.message}`);
          if (process === self) crash(3_000);
        } else if (process === self) isEnded = true;
      });
      if (!self.isAlive) link.die();
    } catch (error) {
      story.tell(() => `engine did not open: ${String(error)}`);
      if (process === self || process === null) {
        process = self;
        crash(3_000);
      }
    }
  }

  function crash(forMs: number, onDown: () => void = () => {}): void {
    const dying = process;
    if (dying === null || isEnded) return;
    process = null;
    dying.isAlive = false;
    dying.link?.die();
    downSince ??= clock.now();
    soon(forMs, () => {
      onDown();
      boot();
    });
  }

  return {
    boot,
    crash: (forMs) => crash(forMs),
    usurp(forMs) {
      const old = process;
      const link = old?.link;
      if (old === null || link == null) return;
      link.isolated = true;
      process = null;
      soon(1, boot);
      soon(forMs, () => {
        link.isolated = false;
      });
      soon(forMs + 60_000, () => {
        old.isAlive = false;
        link.die();
      });
    },
    restore(afterMs) {
      copy = disk.copy();
      copiedAt = clock.now();
      const putBack = () => {
        if (process !== null) return;
        disk.restore(copy);
        // What happened since is forgotten, so no deadline can have been kept meanwhile.
        downMs += clock.now() - copiedAt;
      };
      soon(afterMs, () => crash(1_000, putBack));
    },
    fillDisk(ms) {
      isDiskFull = true;
      soon(ms, () => {
        isDiskFull = false;
      });
    },
    mendDisk() {
      isDiskFull = false;
    },
    current: () => (process?.isAlive === true ? process.engine : null),
    last: () => last,
    journal: () => journal!,
    hasEnded: () => isEnded,
    downMs: () => downMs,
  };
}
