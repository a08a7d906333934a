import { randomStream } from "@labloop/clock";
import { type Json, LabError, type Values } from "@labloop/contracts";
import {
  createBalancePcPlant,
  createBalanceReader,
  createMark10EsmPlant,
  createMarlinPlant,
  createModbusBalancePlant,
  createMtSicsPlant,
  createUrDashboardPlant,
  lastWorldTime,
  openWorld,
  type PlantMaker,
  type Stage,
  type TaughtProgram,
  type WorldModule,
} from "../../src/index.ts";
import { compareWithRandom, randomBand } from "./compare-with-random.ts";
import { createPhysics } from "./physics.ts";
import { designKey, readTruth } from "./read-truth.ts";

/** Measured replicates of each design. */
const replicates = 3;

const plants: Readonly<Record<string, PlantMaker>> = {
  marlin: (world) => createMarlinPlant(world),
  "balance-pc": (world, config) => createBalancePcPlant(world, folderOf(config)),
  "balance-reader": (world) => createBalanceReader(world),
  "mt-sics": (world) => createMtSicsPlant(world),
  "modbus-balance": (world) => createModbusBalancePlant(world),
  "mark10-esm": (world) => createMark10EsmPlant(world),
  "universal-robots-dashboard": (world, config) => createUrDashboardPlant(world, { programs: taught(config) }),
};

/** The world of the crossed-barrel campaign: 600 designs, each a file on every printer's card. */
const world: WorldModule = {
  open(options) {
    const designs = readTruth();
    const fileToKey = new Map<string, string>();
    for (const row of options.tables["designs"] ?? []) fileToKey.set(String(row["file"]), designKey(row));
    return openWorld(options, {
      physics: createPhysics(designs, fileToKey),
      plants,
      drawReplicate: (file, before) =>
        Math.floor(randomStream(options.seed, file, String(before), "replicate")() * replicates),
      compareWithRandom: (best) => compareWithRandom(designs, best, options.seed),
      randomBand: (experiments) => randomBand(designs, experiments),
      layOut: (plant, config, stage) => layOut(plant, config, [...fileToKey.keys()][0] ?? "", stage),
    });
  },
  lastAt: lastWorldTime,
  plants: Object.keys(plants),
};

export default world;

/** What a person would prepare for one act of each instrument. */
function layOut(plant: string, config: Readonly<Record<string, Json>>, file: string, stage: Stage): Values | null {
  switch (plant) {
    case "marlin":
      stage.clear(stage.own);
      return { file };
    case "mt-sics":
    case "modbus-balance":
      stage.put(stage.own, file);
      return {};
    case "mark10-esm":
      stage.put(stage.own, file);
      return { travel: { value: 20, unit: "mm" }, speed: { value: 60, unit: "mm/min" } };
    case "universal-robots-dashboard": {
      const [from = "", to = ""] = Object.keys(tableOf(config, "programs"))[0]?.split(">") ?? [];
      stage.put(from, file);
      stage.clear(to);
      return { from, to };
    }
    default:
      return null;
  }
}

/** What the arm was taught on its pendant, by program name, read back from the tables that the lab file gives its driver. */
function taught(config: Readonly<Record<string, Json>>): Record<string, TaughtProgram> {
  const programs: Record<string, TaughtProgram> = {};
  for (const [route, program] of Object.entries(tableOf(config, "programs"))) {
    const [from = "", to = ""] = route.split(">");
    programs[program] = { from, to };
  }
  for (const [place, program] of Object.entries(tableOf(config, "senses"))) programs[program] = { sense: place };
  return programs;
}

function tableOf(config: Readonly<Record<string, Json>>, name: string): Record<string, string> {
  const table = config[name];
  if (typeof table === "object" && table !== null && !Array.isArray(table)) return table as Record<string, string>;
  throw new LabError("world.noPrograms", `the arm's config in the lab file has no table "${name}"`);
}

function folderOf(config: Readonly<Record<string, Json>>): string {
  const folder = config["folder"];
  if (typeof folder === "string") return folder;
  throw new LabError("world.noFolder", "the config of an instrument that drops files has no folder in the lab file");
}
