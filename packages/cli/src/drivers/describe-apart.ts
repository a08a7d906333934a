import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createRealClock } from "@labloop/clock";
import type { Fault, LabDevice } from "@labloop/contracts";
import type { DescribedDevice } from "../lab/load-device.ts";
import type { DescribeOrder, DescribeWord } from "./describe-process.ts";
import { faultOfDelay, faultOfEnd } from "./driver-fault.ts";
import { hushed } from "./hushed.ts";

const entry = fileURLToPath(new URL("./describe-process.ts", import.meta.url));

/** How long one driver may take to load, ms; chosen for a slow disk and a busy machine. */
export const loadWithinMs = 30_000;

/** What a process may take that only loads drivers, MB. */
const heapMb = 512;

/**
 * Loads drivers in a process of their own and returns what they declare, by device in the order given: a module that throws,
 * never ends, takes all memory or ends its process while it loads is a fault of its device, and of nobody else.
 */
export async function describeApart(
  labPath: string,
  devices: Readonly<Record<string, LabDevice>>,
  withinMs = loadWithinMs,
): Promise<Record<string, DescribedDevice>> {
  const found: Record<string, DescribedDevice> = {};
  for (;;) {
    const left = Object.entries(devices).filter(([id]) => !Object.hasOwn(found, id));
    if (left.length === 0) break;
    const failed = await describeUntilOneFails({ labPath, devices: left }, found, withinMs);
    if (failed !== null) found[failed.id] = brokenBy(failed.id, failed.fault);
  }
  // In the lab file's order, whichever was described last.
  return Object.fromEntries(Object.keys(devices).flatMap((id) => (found[id] === undefined ? [] : [[id, found[id]]])));
}

/** Resolves with the device whose driver ended the process, or null when all are described. */
function describeUntilOneFails(
  order: DescribeOrder,
  found: Record<string, DescribedDevice>,
  withinMs: number,
): Promise<{ readonly id: string; readonly fault: Fault } | null> {
  const clock = createRealClock();
  const child: ChildProcess = fork(entry, [], {
    execArgv: [...hushed, `--max-old-space-size=${heapMb}`],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    windowsHide: true,
  });
  const [first] = order.devices;
  let loading = first?.[0] ?? "";
  let late: Fault | null = null;
  let said = "";
  let isDone = false;
  const limit = () =>
    clock.at(clock.now() + withinMs, () => {
      late = faultOfDelay("loaded", withinMs);
      child.kill("SIGKILL");
    });
  let cancel = limit();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4_000);
  });
  child.on("message", (word: DescribeWord) => {
    cancel();
    if (word.type === "described") found[word.id] = word.device;
    isDone = word.type === "done";
    if (isDone) return void child.kill("SIGKILL");
    if (word.type === "loading") loading = word.id;
    cancel = limit();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      cancel();
      resolve(isDone ? null : { id: loading, fault: late ?? faultOfEnd({ code, signal, said }) });
    });
    child.send(order);
  });
}

function brokenBy(id: string, fault: Fault): DescribedDevice {
  const at = { path: ["devices", id, "module"], of: "value" as const };
  return { caps: null, isElsewhere: false, hasMetHardware: false, faults: [{ fault, at }] };
}
