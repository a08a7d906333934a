import { isAbsolute, resolve } from "node:path";
import { type Json, LabError } from "@labloop/contracts";
import {
  createMark10EsmPlant,
  createMarlinPlant,
  createRobotServerPlant,
  createUrDashboardPlant,
  type Part,
  type Physics,
  type Plant,
  type PlantWorld,
  type TaughtProgram,
} from "../../src/index.ts";

type Config = Readonly<Record<string, Json>>;

/** The one file on the card of the printer: a clip of 2 g. */
const clip = { file: "CLIP.G", bytes: 240_000, durationMs: 12 * 60_000 } as const;
/** How stiff the blocks are that are pressed, N/mm; chosen. */
const blockNPerMm = 40;
const strokeMm = 24;

/** Returns a printer whose prints somebody takes away as soon as the next one begins. */
export function attendedPrinter(world: PlantWorld, physics: Physics): Plant {
  const card: Physics = {
    ...physics,
    files: () => [clip.file],
    print: (file) => (file === clip.file ? clip : null),
  };
  return createMarlinPlant({ ...withoutParts(world), physics: card });
}

/** Returns a tester onto which somebody lays a fresh block for every stroke. */
export function attendedTester(world: PlantWorld, physics: Physics): Plant {
  const block: Part = { id: "block", file: "block", replicate: 0, readyAt: 0, isCrushed: false };
  const travelMm = Array.from({ length: strokeMm * 10 + 1 }, (_, tenth) => tenth / 10);
  const curve = () => ({ travelMm, loadN: travelMm.map((mm) => Math.round(mm * blockNPerMm * 10) / 10) });
  return createMark10EsmPlant({ ...withoutParts(world), partAt: () => block, physics: { ...physics, curve } });
}

/** Returns an arm, at whose first place one cup stands when the world begins. */
export function armWithCup(world: PlantWorld, config: Config): Plant {
  const programs: Record<string, TaughtProgram> = {};
  const routes = Object.entries(tableOf(config, "programs"));
  for (const [route, program] of routes) {
    const [from = "", to = ""] = route.split(">");
    programs[program] = { from, to };
  }
  for (const [place, program] of Object.entries(tableOf(config, "senses"))) programs[program] = { sense: place };
  const [first = ""] = routes[0]?.[0].split(">") ?? [];
  // An arm that has done anything has a memory, and its cup is wherever it was put.
  if (world.memory() === null && first !== "" && world.partAt(first) === null) {
    world.commit({ parts: [{ kind: "made", place: first, file: "cup", readyAt: world.clock.now() }] });
  }
  return createUrDashboardPlant(world, { programs });
}

/** Returns a robot's server that knows what `mix.py` does; it remembers runs for as long as it is on. */
export function mixingRobot({ clock }: PlantWorld): Plant {
  return createRobotServerPlant({
    clock,
    // The driver keeps the connection awake in real time, and the lab's may be a hundred times as fast.
    idleMs: 3_600_000,
    program(_source, { blue = 50, yellow = 50 }) {
      const volumes = [Number(blue), Number(yellow)].filter((volume) => volume > 0);
      const moved = volumes.flatMap((volume) => [
        { commandType: "aspirate", durationMs: 8_000, result: { volume } },
        { commandType: "dispense", durationMs: 8_000, result: { volume } },
      ]);
      const message = `total: ${Number(blue) + Number(yellow)}`;
      return [...moved, { commandType: "comment", durationMs: 10, params: { message } }];
    },
  });
}

/** Returns the folder that an instrument's computer and its driver exchange files in, as the driver finds it. */
export function exchangeFolder(config: Config, labFolder: string | undefined): string {
  const { folder } = config;
  if (typeof folder !== "string") {
    throw new LabError("world.noFolder", "the config of an instrument that drops files has no folder in the lab file");
  }
  if (isAbsolute(folder) || labFolder !== undefined) return resolve(labFolder ?? "", folder);
  throw new LabError("world.noFolder", `nobody told this world from where the folder ${folder} is seen`);
}

/** What stands on the plant is somebody else's business. */
function withoutParts(world: PlantWorld): PlantWorld {
  return {
    ...world,
    commit({ parts: _parts, ...change }) {
      world.commit(change);
    },
  };
}

function tableOf(config: Config, name: string): Record<string, string> {
  const table = config[name] ?? {};
  return typeof table === "object" && table !== null && !Array.isArray(table) ? (table as Record<string, string>) : {};
}
