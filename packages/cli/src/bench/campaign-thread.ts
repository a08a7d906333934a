import { parentPort, workerData } from "node:worker_threads";
import { LabError } from "@labloop/contracts";
import { type BenchMethod, poolOf, runCampaign } from "@labloop/optimizer/benchmark";
import type { CampaignCall, CampaignReply, ThreadData } from "./campaign-messages.ts";
import { methodOf } from "./method-of.ts";

const pool = poolOf((workerData as ThreadData).table);
const methods = new Map<string, BenchMethod>();

/** Of this thread alone: other threads and a loaded machine do not count. */
function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

async function answer({ method: name, settings }: NonNullable<CampaignCall>): Promise<CampaignReply> {
  const method = methods.get(name) ?? methodOf(name);
  methods.set(name, method);
  try {
    return { record: await runCampaign(pool, method, settings, cpuSeconds) };
  } catch (error) {
    if (error instanceof LabError) return { code: error.code, message: error.message, hint: error.hint };
    if (name.startsWith("peer:") && error instanceof Error) return { code: "bench.peer", message: error.message };
    throw error;
  }
}

async function close(): Promise<void> {
  for (const method of methods.values()) await method.close?.();
  parentPort?.close();
}

parentPort?.on("message", (call: CampaignCall) => {
  if (call === null) void close();
  else void answer(call).then((reply) => parentPort?.postMessage(reply));
});
