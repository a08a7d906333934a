import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { LabError, type PoolTable } from "@labloop/contracts";
import type { CampaignRecord, CampaignSettings } from "@labloop/optimizer/benchmark";
import type { CampaignCall, CampaignReply, ThreadData } from "./campaign-messages.ts";

/** Which campaigns are run, and what they have in common. */
export interface CampaignPlan {
  readonly table: PoolTable;
  readonly methods: readonly string[];
  readonly seeds: number;
  /** The seed of the first campaign. */
  readonly firstSeed: number;
  readonly shared: Omit<CampaignSettings, "seed">;
  readonly threads: number;
  /** Asked before each campaign: where it is true, none begins any more. */
  readonly isStopped: () => boolean;
  /** Told after each campaign how many are done, of how many. */
  readonly onProgress: (done: number, all: number) => void;
}

/**
 * Returns the campaigns of each method for `seeds` seeds from the first on, in that order, whatever thread ran them; where they were
 * stopped, for as many seeds as every method has. Throws what a peer does wrong; the other threads are then ended.
 */
export async function runCampaigns(plan: CampaignPlan): Promise<Map<string, CampaignRecord[]>> {
  const { table, methods, seeds, firstSeed, shared, threads, isStopped, onProgress } = plan;
  const calls = Array.from({ length: seeds }, (_, i) =>
    methods.map((method) => ({ method, settings: { ...shared, seed: firstSeed + i } })),
  ).flat();
  const records = new Map(methods.map((method): [string, CampaignRecord[]] => [method, []]));
  let next = 0;
  let done = 0;
  const workers: Worker[] = [];
  const work = async () => {
    const workerData: ThreadData = { table };
    const worker = new Worker(new URL("./campaign-thread.ts", import.meta.url), { workerData });
    workers.push(worker);
    const ended = once(worker, "exit");
    for (let call = calls[next++]; call !== undefined && !isStopped(); call = calls[next++]) {
      worker.postMessage(call satisfies CampaignCall);
      const [reply] = (await once(worker, "message")) as [CampaignReply];
      if ("code" in reply) {
        const { code, message, hint } = reply;
        throw new LabError(code, message, hint === undefined ? {} : { hint });
      }
      const { method, seed } = reply.record;
      const list = records.get(method) ?? [];
      list[seed - firstSeed] = reply.record;
      done += 1;
      onProgress(done, calls.length);
    }
    worker.postMessage(null satisfies CampaignCall);
    await ended;
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, calls.length) }, work));
    const whole = Array.from({ length: seeds }, (_, i) => [...records.values()].every((list) => list[i] !== undefined));
    const played = whole.includes(false) ? whole.indexOf(false) : seeds;
    return new Map([...records].map(([method, list]) => [method, list.slice(0, played)]));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
}
