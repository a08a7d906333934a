import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { ClockAnchor, LabError } from "@labloop/contracts";
import * as z from "zod";

/** Where a simulated lab is that runs in a process of its own, and the time that is kept there. */
export const LabAddress = z.object({
  v: z.literal(1),
  lab: z.string(),
  seed: z.number(),
  /** The clock of the lab: the same in every process, however often the world itself is started. */
  clock: ClockAnchor,
  /** `host:port` of the instrument behind each device. */
  wires: z.record(z.string(), z.string()),
});
export type LabAddress = z.infer<typeof LabAddress>;

/** Puts an address where the other processes look for it; they see the old one or the new one, never half of one. */
export function writeLabAddress(file: string, address: LabAddress): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(address, null, 2)}\n`);
  renameSync(draft, file);
}

/** Returns the address in a file, or null when there is none; throws `lab.addressDamaged` when it cannot be read. */
export function readLabAddress(file: string): LabAddress | null {
  if (!existsSync(file)) return null;
  try {
    return LabAddress.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const hint = "remove it and start `labloop world` again";
    throw new LabError("lab.addressDamaged", `${file} is no address of a lab`, { cause: error, hint });
  }
}

/** Returns the address of a lab's running world; throws `lab.worldNotRunning`, or `lab.otherWorld` with whose it is. */
export function requireLabAddress(file: string, lab: string): LabAddress {
  const address = readLabAddress(file);
  if (address === null) {
    throw new LabError("lab.worldNotRunning", `${file} does not say where the world of lab ${lab} is`, {
      hint: "start `labloop world` with the same --data first, or name its file with --world",
    });
  }
  if (address.lab !== lab) {
    throw new LabError("lab.otherWorld", `${file} is the address of lab ${address.lab}, not of ${lab}`);
  }
  return address;
}
