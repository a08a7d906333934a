// The process in which drivers are loaded to see what they declare, and nothing else; `describeApart` starts it and ends it.
import type { LabDevice } from "@labloop/contracts";
import { type DescribedDevice, loadDevice } from "../lab/load-device.ts";

/** What it is told, once. */
export interface DescribeOrder {
  readonly labPath: string;
  readonly devices: readonly (readonly [id: string, device: LabDevice])[];
}

/** What it says. */
export type DescribeWord =
  | { readonly type: "loading"; readonly id: string }
  | { readonly type: "described"; readonly id: string; readonly device: DescribedDevice }
  | { readonly type: "done" };

const say = (word: DescribeWord) => void process.send?.(word);

// What a driver does besides declaring itself shows when it is run.
process.on("uncaughtException", () => undefined);
process.on("disconnect", () => process.exit(0));
process.once("message", ({ labPath, devices }: DescribeOrder) => {
  void (async () => {
    for (const [id, device] of devices) {
      say({ type: "loading", id });
      say({ type: "described", id, device: await describe(labPath, id, device) });
    }
    say({ type: "done" });
  })();
});

/** A definition that no compiler has seen may lack anything: what comes of that is its fault, told at once. */
async function describe(labPath: string, id: string, device: LabDevice): Promise<DescribedDevice> {
  try {
    const { definition: _, ...described } = await loadDevice(labPath, id, device);
    return described;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the module "${device.module}" has a definition that is not whole: ${why}`;
    const fault = {
      code: "lab.notADriver",
      message,
      hint: "pass it through defineDevice, and let the compiler check it",
    };
    const at = { path: ["devices", id, "module"], of: "value" as const };
    return { caps: null, isElsewhere: false, hasMetHardware: false, faults: [{ fault, at }] };
  }
}
