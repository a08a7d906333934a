import { createSeededIds } from "@labloop/clock";
import type { LabEvent } from "@labloop/contracts";
import { type Engine, openEngine } from "@labloop/engine";
import type { Journal } from "@labloop/journal";
import { proposeDesign } from "@labloop/optimizer";
import { createEngineDisk, leaseLifeMs } from "./disk.ts";
import { createFreezer, type Freezer } from "./freezer.ts";
import type { Link, Network } from "./network.ts";
import { beatMs, quiet, type Scene, startAt } from "./scene.ts";

interface EngineProcess {
  readonly freezer: Freezer;
  isAlive: boolean;
  engine: Engine | null;
  link: Link | null;
}

/** How long another engine takes to find out that a frozen one is gone, ms. */
const takeoverMs = 2_000;

/** The engine of the cell: a process that can die, be started again, and go on beside its successor. */
export interface EngineProcesses {
  boot(): void;
  /** Dies at once, and is started again after a while. */
  crash(forMs: number): void;
  /** Is cut off and goes on, while another takes its cell; later it is heard again, and at last it dies. */
  usurp(forMs: number): void;
  /** Takes a copy of the journal; some time later the last copy takes the place of what was written since. */
  restore(afterMs: number): void;
  /** Stands still for so long; if another takes its cell meanwhile, it wakes beside it, under an old epoch. */
  freeze(ms: number, isTakenOver: boolean): void;
  /** The next write takes so long, and the process stands still over it. */
  slowDisk(ms: number): void;
  /** Dies at this statement of the next transaction; with null, its COMMIT is on disk and fails all the same. */
  tearDisk(statement: number | null, downForMs: number): void;
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
  const { seed, recipe, clock, story, soon } = scene;
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
    const freezer = createFreezer(clock);
    const self: EngineProcess = { freezer, isAlive: true, engine: null, link: null };
    process = self;
    const n = ++boots;
    let renewedAt = clock.now();
    try {
      const hooks = {
        isDead: () => !self.isAlive,
        isFull: () => isDiskFull,
        point: () => scene.pass(`eng-${n}`),
        onCommitted,
        onRenewed() {
          renewedAt = clock.now();
        },
      };
      const opened = disk.open(hooks, () => clock.now());
      journal = opened;
      const link = network.connect({
        clientId: `eng-main-${n}`,
        freezer,
        onPublishing(key) {
          if (key === "estop" || clock.now() - renewedAt < leaseLifeMs) return;
          story.findings.push(`E2: engine-${n} sent ${key} after its lease had run out`);
        },
      });
      self.link = link;
      const engine = openEngine({
        journal: opened,
        bus: link,
        proposer: { propose: (request) => Promise.resolve(proposeDesign(request)), close: () => Promise.resolve() },
        labClock: freezer.clock(clock),
        linkClock: freezer.clock(clock),
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
    freeze(ms, isTakenOver) {
      const old = process;
      if (old === null || isEnded) return;
      old.freezer.freeze(ms);
      if (!isTakenOver) {
        downMs += ms;
        return;
      }
      process = null;
      downMs += takeoverMs;
      soon(takeoverMs, boot);
      soon(ms + 60_000, () => {
        old.isAlive = false;
        old.link?.die();
      });
    },
    slowDisk(ms) {
      disk.onNextAppend(() => {
        process?.freezer.freeze(ms);
        downMs += ms;
      });
    },
    tearDisk: (statement, downForMs) => disk.tearNext(statement, () => crash(downForMs)),
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
    current: () => (process?.isAlive === true && !process.freezer.isFrozen() ? process.engine : null),
    last: () => last,
    journal: () => journal!,
    hasEnded: () => isEnded,
    downMs: () => downMs,
  };
}
