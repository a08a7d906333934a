// Measures how many durable steps a second one engine carries out with 1, 10 and 100 devices in flight, on the embedded
// broker: everything in this process, each device with a journal of its own, steps that take no time. Run:
// node test/bench/step-rate.ts [experiments]
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openBroker } from "@labloop/broker";
import { tell } from "./figure.ts";
import { benchLog, lab, runInstantly } from "./instant-run.ts";
import { percentile } from "./percentile.ts";
import { scratchFolder } from "./scratch-folder.ts";

const experiments = Number(process.argv[2] ?? 1_000);

const scratch = scratchFolder();
const broker = await openBroker({ lab, log: benchLog });
try {
  let alone = Number.NaN;
  for (const devices of [1, 10, 100]) {
    const folder = join(scratch, `of-${devices}`);
    mkdirSync(folder);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const run = await runInstantly({ url: broker.url, folder, devices, experiments });
    delay.disable();
    if (devices === 1) alone = run.perSecond;
    tell({
      name: `steps a second, ${devices} device${devices === 1 ? "" : "s"}`,
      figure: `${run.perSecond.toFixed(0)} /s`,
      ratio: `${(run.perSecond / alone).toFixed(1)} x one device`,
      how: [
        `${experiments} steps that take no time, ${run.transactions.toFixed(1)} transactions and ${run.cpuMs.toFixed(1)} ms`,
        `of processor time a step, ${run.eventsPerCommit.toFixed(1)} facts in each of the engine's; a step took p50 ${percentile(run.durations, 0.5).toFixed(0)} ms;`,
        `event loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, with broker and drivers in the same process`,
      ].join(" "),
    });
  }
} finally {
  await broker.close();
  rmSync(scratch, { recursive: true, force: true });
}
