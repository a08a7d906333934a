import { randomStream } from "@labloop/clock";
import { LabError } from "@labloop/contracts";
import {
  createBalancePcPlant,
  createDispenserPlant,
  createModbusThermostatPlant,
  createMtSicsPlant,
  createStarterPumpPlant,
  lastWorldTime,
  openWorld,
  type Part,
  type Physics,
  type Plant,
  type PlantMaker,
  type WorldModule,
} from "../../src/index.ts";
import { armWithCup, attendedPrinter, attendedTester, exchangeFolder, mixingRobot } from "./attended-plants.ts";

/** The empty vessel on the balance, g: a 50 mL beaker. */
const vesselG = 28.4;
/** Delivered by one turn of a slow head, g: common for tubing of 3 mm. */
const gramsPerTurn = 0.6;
/** The speed at which half of that is left, rpm; chosen. */
const halfFillRpm = 400;
/** Relative spread from dose to dose; chosen. */
const spread = 0.01;

/** How long somebody takes to carry the vessel over, read its level and put it back, ms; chosen. */
const levelMs = 90_000;

const plantNames = [
  "starter-pump",
  "mt-sics",
  "balance-pc",
  "level-reader",
  "modbus-thermostat",
  "robot-server",
  "dispenser",
  "marlin",
  "mark10-esm",
  "universal-robots-dashboard",
] as const;

/** The world of a first lab: pumps dose into a vessel that stands on a balance, and what else the lab has stands beside. */
const world: WorldModule = {
  open(options) {
    const pumps: (() => number)[] = [];
    const inVessel = () => pumps.reduce((sum, delivered) => sum + delivered(), 0);
    const onPan = { partAt: () => vessel(inVessel()), physics: { ...nothingElse, mass: () => vesselG + inVessel() } };
    return openWorld(options, {
      physics: nothingElse,
      plants: {
        "starter-pump": (plantWorld) => {
          const flow = (rpm: number, dose: number) => flowOf(rpm, wobble(options.seed, plantWorld.deviceId, dose));
          const pump = createStarterPumpPlant(plantWorld, flow);
          pumps.push(pump.delivered);
          return pump;
        },
        "mt-sics": (plantWorld) => createMtSicsPlant({ ...plantWorld, ...onPan }),
        // The same vessel, weighed once more.
        "balance-pc": (plantWorld, config) =>
          createBalancePcPlant({ ...plantWorld, ...onPan }, exchangeFolder(config, options.labFolder)),
        "level-reader": () => levelReader(inVessel),
        "modbus-thermostat": (plantWorld) => createModbusThermostatPlant(plantWorld),
        "robot-server": mixingRobot,
        dispenser: createDispenserPlant,
        marlin: (plantWorld) => attendedPrinter(plantWorld, nothingElse),
        "mark10-esm": (plantWorld) => attendedTester(plantWorld, nothingElse),
        "universal-robots-dashboard": armWithCup,
      } satisfies Record<(typeof plantNames)[number], PlantMaker>,
      drawReplicate: () => 0,
      compareWithRandom: () => ({ ok: false, reason: "this world has no pool of measured designs" }),
      randomBand: () => null,
    });
  },
  lastAt: lastWorldTime,
  plants: plantNames,
};

export default world;

/** Grams a second at a speed. */
function flowOf(rpm: number, factor: number): number {
  return ((gramsPerTurn * rpm) / 60 / (1 + rpm / halfFillRpm)) * factor;
}

function wobble(seed: number, device: string, dose: number): number {
  const draw = randomStream(seed, device, String(dose), "flow");
  // The sum of twelve uniform draws less six has mean 0 and standard deviation 1.
  const normal = Array.from({ length: 12 }, draw).reduce((sum, value) => sum + value, -6);
  return 1 + spread * normal;
}

/** Somebody who reads whole millilitres off the vessel; a gram of what is dosed takes one. */
function levelReader(grams: () => number): Plant {
  return {
    // Nobody is on the line: people are asked, and answer.
    attach: () => undefined,
    answer() {
      const level = { value: Math.round(grams()), unit: "mL" };
      return { afterMs: levelMs, answer: { as: "done", result: { level } } };
    },
  };
}

/** Named by its content: a balance settles anew when the load has changed. */
function vessel(grams: number): Part {
  return { id: `vessel with ${grams.toFixed(3)} g`, file: "vessel", replicate: 0, readyAt: 0, isCrushed: false };
}

const noParts = (): never => {
  throw new LabError("world.noParts", "nothing is printed or crushed in a first lab's world");
};
const nothingElse: Physics = { print: () => null, files: () => [], mass: noParts, curve: noParts };
