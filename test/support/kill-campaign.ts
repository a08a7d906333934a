import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { randomStream } from "@labloop/clock";
import { demoCampaign, jsonLines, labloop, root } from "./launch.ts";
import { privateFolder } from "./private-folder.ts";
import { printersAtWork, readEvents, readWorld } from "./read-folder.ts";

/** Where a process was ended, and which printers were in the middle of a print then. */
export interface Kill {
  readonly point: string;
  readonly printing: readonly string[];
}

export interface KilledCampaign {
  readonly data: string;
  readonly kills: readonly Kill[];
  /** The last line of the process that came through. */
  readonly last: Record<string, unknown>;
}

export interface KillOrder {
  readonly seed: number;
  readonly clock: "virtual" | "scaled";
  readonly scale?: number;
  /** After so many kills the campaign is left to finish. */
  readonly kills: number;
}

/**
 * How often a whole campaign passes each kind of point (measured), and its share of the kills (chosen): commits most, since
 * what is promised turns on them.
 */
const points = {
  engine: { passes: 1_300, share: 0.3 },
  device: { passes: 1_480, share: 0.3 },
  world: { passes: 2_460, share: 0.15 },
  file: { passes: 123, share: 0.05 },
} as const;
const moments = {
  virtual: { turn: { passes: 172_000, share: 0.2 } },
  scaled: { bus: { passes: 37_000, share: 0.15 }, wire: { passes: 41_000, share: 0.05 } },
} as const;

/** Runs one campaign in one folder, killed at seeded points and started again each time, until it is finished. */
export async function killCampaign({ seed, clock, scale, kills: wanted }: KillOrder): Promise<KilledCampaign> {
  const folder = privateFolder();
  const data = join(folder, "data");
  const log = join(folder, "kill.json");
  const draw = randomStream(seed, clock, "kills");
  const args = ["run", demoCampaign, "--json", "--data", data, "--seed", String(seed), "--clock", clock];
  if (scale !== undefined) args.push("--scale", String(scale));
  const kills: Kill[] = [];
  for (;;) {
    const at = kills.length < wanted ? drawPoint(draw, clock, wanted) : "none:0";
    rmSync(log, { force: true });
    const ended = await labloop(args, {
      preload: join(root, "test/support/kill-at.ts"),
      env: { LABLOOP_KILL_AT: at, LABLOOP_KILL_LOG: log },
    });
    if (ended.signal !== "SIGKILL") {
      const last = jsonLines(ended.stdout).at(-1) ?? {};
      if (ended.code === 0) return { data, kills, last };
      const said = `${ended.stdout.slice(-2_000)}\n${ended.stderr}`;
      throw new Error(
        `after ${kills.length} kills (${data}) labloop ended with ${ended.signal ?? ended.code}:\n${said}`,
      );
    }
    const { point, wallAt } = JSON.parse(readFileSync(log, "utf8")) as { point: string; wallAt: number };
    kills.push({ point, printing: whoPrinted(data, wallAt) });
  }
}

/** Spreads the kills so that about `wanted` of them fall within one campaign; some come while the process still starts. */
function drawPoint(draw: () => number, clock: KillOrder["clock"], wanted: number): string {
  const kinds = Object.entries({ ...points, ...moments[clock] });
  let rest = draw();
  const [name, { passes }] = kinds.find(([, { share }]) => (rest -= share) < 0) ?? kinds[0]!;
  const side = draw() < 0.5 ? "before" : "after";
  return `${name}-${side}:${1 + Math.floor((-Math.log(1 - draw()) * passes) / wanted)}`;
}

function whoPrinted(data: string, wallAt: number): readonly string[] {
  if (!existsSync(join(data, "world", "world.db")) || !existsSync(join(data, "journal.db"))) return [];
  const world = readWorld(data);
  const events = readEventsIfAny(data);
  const created = events[0]?.event;
  if (created?.type !== "campaign.created") return [];
  const { kind, scale, labAt, wallAt: anchoredAt } = created.clock;
  // Virtual time stands still while nobody runs it: it was killed when the last thing was recorded.
  const at =
    kind === "virtual" ? Math.max(world.lastAt, events.at(-1)?.labAt ?? 0) : labAt + (wallAt - anchoredAt) * scale;
  return printersAtWork(world, at);
}

/** A process killed while it makes a file leaves nothing to read there. */
function readEventsIfAny(data: string) {
  try {
    return readEvents(data);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "journal.notFound") return [];
    throw error;
  }
}
