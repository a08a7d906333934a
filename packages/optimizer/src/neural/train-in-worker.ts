import { SHARE_ENV, Worker } from "node:worker_threads";
import type { TrainingSet } from "./ensemble.ts";
import type { TrainingCall, TrainingReply } from "./neural-messages.ts";

/**
 * Returns the networks of each set, trained in a thread of its own that ends afterwards; or, where the thread fails or may not be
 * started, what it failed with. Training takes seconds: the calling thread is free meanwhile.
 */
export function trainInWorker(sets: readonly TrainingSet[], source: URL): Promise<TrainingReply | Error> {
  const { promise, resolve } = Promise.withResolvers<TrainingReply | Error>();
  const call: TrainingCall = { sets };
  try {
    // The native library reads its settings from the environment of the process, of which a thread has a copy otherwise.
    const worker = new Worker(source, { workerData: call, env: SHARE_ENV });
    worker.on("message", resolve);
    worker.on("error", (error) => resolve(errorOf(error)));
    worker.on("exit", (code) => resolve(new Error(`the thread ended with exit code ${code}`)));
  } catch (error) {
    // A process may be forbidden threads, or have no room for one more.
    resolve(errorOf(error));
  }
  return promise;
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
