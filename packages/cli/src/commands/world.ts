import { randomInt } from "node:crypto";
import { LabError } from "@labloop/contracts";
import { openDataFolder, readHistory } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { readLabAddress, writeLabAddress } from "../lab/lab-address.ts";
import { loadLab } from "../lab/load-lab.ts";
import { loadWorldModule, openWorld, type SimulatedWorld, type WorldAct } from "../lab/open-world.ts";
import { defaultScale, openTime } from "../lab/time.ts";
import { listenForStop } from "../listen-for-stop.ts";
import { print, printJson } from "../say.ts";
import { numberOf, seedOf } from "./number-of.ts";
import { reportFaults } from "./report-faults.ts";

export interface WorldFlags {
  readonly data: string;
  readonly seed?: string;
  readonly scale?: string;
  readonly json?: boolean;
}

/**
 * `labloop world LAB`: a simulated lab's world and its instruments in a process of their own, until it is stopped. Where
 * they are, and the lab's clock, stand in a file of the data folder, where hosts and engines look.
 */
export async function world(file: string, flags: WorldFlags): Promise<ExitCode> {
  const loaded = await loadLab(file, { broken: "leave-out" });
  if (!loaded.ok) return reportFaults(loaded.faults, flags.json === true);
  const { lab } = loaded.value.document;
  const module = await loadWorldModule(loaded.value);
  if (module === null) throw new LabError("usage.realLab", `${file} is a real lab: its world is there already`);
  const folder = openDataFolder(flags.data);
  const before = readLabAddress(folder.address);
  if (before !== null && before.lab !== lab) {
    throw new LabError("lab.otherWorld", `${folder.path} holds the world of lab ${before.lab}, not of ${lab}`);
  }
  const seed = flags.seed === undefined ? (before?.seed ?? randomInt(2 ** 32 - 1)) : seedOf(flags.seed);
  const scale = numberOf("--scale", flags.scale ?? String(before?.clock.scale ?? defaultScale));
  if (before !== null && (before.seed !== seed || before.clock.scale !== scale)) {
    const { seed: was, clock } = before;
    throw new LabError("usage.otherWorld", `${folder.path} holds a world with seed ${was} and scale ${clock.scale}`, {
      hint: "leave --seed and --scale out to go on with it, or give this one a folder of its own",
    });
  }
  const kept = before?.clock ?? readHistory(folder)?.anchor ?? null;
  const { anchor, labClock, linkClock } = openTime({ kind: "scaled", scale, anchor: kept }, null, 0);
  const onAct = ({ device, verb, detail }: WorldAct) => {
    if (flags.json === true) printJson({ v: 1, type: "world.act", device, verb, detail });
    else print(`  counted    ${device}: ${verb} ${JSON.stringify(detail)}`);
  };
  const options = { folder: folder.world, seed, labClock, linkClock, wires: "tcp" as const, onAct };
  const stop = listenForStop();
  let opened: SimulatedWorld | null = null;
  try {
    opened = await openWorld(module, loaded.value, options);
    const address = { v: 1 as const, lab, seed, clock: anchor, wires: opened.addresses() };
    writeLabAddress(folder.address, address);
    if (flags.json === true) printJson({ type: "world.open", ...address, file: folder.address });
    else {
      print(`world of lab ${lab}, ${anchor.scale} times as fast as life, seed ${seed}; its address: ${folder.address}`);
      for (const [device, wire] of Object.entries(address.wires)) print(`  ${device.padEnd(12)} ${wire}`);
    }
    await stop.asked;
  } finally {
    stop.forget();
    await opened?.close();
  }
  return exitCode.done;
}
