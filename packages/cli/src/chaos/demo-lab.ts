import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@labloop/contracts";
import { pathsOf } from "../data-folder.ts";
import type { DemoCampaign } from "./demo-campaign.ts";
import { launchPart, type Part, type PartLine } from "./launch-part.ts";

/** How much faster than life: a print takes some seconds, and a move of the arm long enough to be cut in two. */
const scale = 900;

const hosted = {
  printers: "printer-1,printer-2,printer-3,printer-4,printer-5",
  bench: "balance,tester",
  arm: "arm",
} as const;

/** The processes of the demonstration; the world is the lab itself, and is left alone. */
export interface DemoLab {
  readonly data: string;
  readonly journal: string;
  readonly world: Part;
  /** The program by which the arm carries a part, from the lab file: what a person would read at its pendant. */
  programOf(from: string, to: string): string;
  engine(): Part;
  /** Kills one of them, and resolves when it is gone. */
  kill(who: "engine" | "arm"): Promise<void>;
  /** Starts it again. */
  start(who: "engine" | "arm"): void;
  /** Removes the arm's own journal, as a broken disk would. */
  loseArmJournal(): void;
  /** Runs `labloop …args` to its end, and returns its last line. */
  ask(...args: string[]): Promise<PartLine>;
  close(): Promise<void>;
}

/** Starts world, broker, drivers and engine, each as a process of its own, with everything in one folder. */
export async function openDemoLab(folder: string, demo: DemoCampaign, linkClock: Clock): Promise<DemoLab> {
  const data = join(folder, "data");
  const parts = new Map<string, Part>();
  const open = (name: string, ...args: string[]): Part => {
    const part = launchPart(args, linkClock);
    parts.set(name, part);
    return part;
  };
  const close = async () => {
    for (const part of parts.values()) await part.kill();
  };
  try {
    const world = open("world", "world", demo.lab, "--data", data, "--seed", "7", "--scale", String(scale));
    const broker = open("broker", "broker", demo.lab);
    await world.until("the world was up", ({ type }) => type === "world.open");
    const { url } = await broker.until("the broker was up", ({ type }) => type === "broker.open");
    const at = ["--broker", String(url), "--data", data];
    const starts = {
      printers: () => open("printers", "host", demo.lab, "--devices", hosted.printers, ...at),
      bench: () => open("bench", "host", demo.lab, "--devices", hosted.bench, ...at),
      arm: () => open("arm", "host", demo.lab, "--devices", hosted.arm, ...at),
      engine: () => open("engine", "run", demo.campaign, "--no-devices", "--wait", "--port", "0", ...at),
    };
    for (const start of Object.values(starts)) start();
    const part = (name: string): Part => parts.get(name) ?? world;
    return {
      data,
      journal: pathsOf(data).journal,
      world,
      programOf: (from, to) => demo.programs[`${from}>${to}`] ?? "",
      engine: () => part("engine"),
      kill: (who) => part(who).kill(),
      start: (who) => void starts[who](),
      loseArmJournal() {
        for (const end of ["", "-wal", "-shm"]) rmSync(join(pathsOf(data).devices, `arm.db${end}`), { force: true });
      },
      async ask(...args) {
        const asked = launchPart(args, linkClock);
        return asked.until(`labloop ${args.slice(0, 2).join(" ")} had its answer`, ({ ok }) => ok !== undefined);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
