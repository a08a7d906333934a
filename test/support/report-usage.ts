// Preloaded into a run (`node --import`): leaves the CPU time of the whole process, in seconds, in the file LABLOOP_USAGE.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["LABLOOP_USAGE"];
if (isMainThread && file !== undefined) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, String((userCPUTime + systemCPUTime) / 1e6));
  });
}
