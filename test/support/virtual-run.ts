import { readFileSync } from "node:fs";
import { join } from "node:path";
import { demoCampaign, type Ended, labloop, root } from "./launch.ts";
import { privateFolder } from "./private-folder.ts";

/** A finished demo campaign in virtual time. */
export interface VirtualRun extends Ended {
  readonly data: string;
  /** CPU seconds of the process, user and system, every thread. */
  readonly cpuS: number;
}

/** Runs the demo campaign in virtual time, in a folder of its own unless one is named. */
export async function runVirtually(seed: number, folder = privateFolder()): Promise<VirtualRun> {
  const data = join(folder, "data");
  const usage = join(folder, "usage");
  const ended = await labloop(
    ["run", demoCampaign, "--clock", "virtual", "--seed", String(seed), "--json", "--data", data],
    { preload: join(root, "test/support/report-usage.ts"), env: { LABLOOP_USAGE: usage } },
  );
  if (ended.code !== 0) throw new Error(`labloop ended with ${ended.signal ?? ended.code}:\n${ended.stderr}`);
  return { ...ended, data, cpuS: Number(readFileSync(usage, "utf8")) };
}
