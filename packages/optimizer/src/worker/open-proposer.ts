import { Worker } from "node:worker_threads";
import type { ProposeAnswer } from "@labloop/contracts";
import type { DesignRequest } from "../decide/design-request.ts";
import type { ProposalReply } from "./proposal-messages.ts";

/** A host of proposals that leaves the calling thread free. */
export interface Proposer {
  /** Returns what `proposeDesign` returns; rejects with its error, or when the worker dies or the proposer is closed. */
  propose(request: DesignRequest): Promise<ProposeAnswer>;
  /** Ends the worker; what is outstanding rejects. Closing twice is harmless. */
  close(): Promise<void>;
}

// What an ask leaves behind is short-lived, and V8 lets the space for it grow to 128 MB before it looks. What outlives that space it lets
// grow to four times what is in use, or to twice where at most 2 GB may be: thirty asks with 1,000 designs peak at 205 to 215 MB without the second
// limit and at 180 to 190 with it (measured, Node 24).
const RESOURCES = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 2000 } as const;

type Outstanding = Pick<PromiseWithResolvers<ProposeAnswer>, "resolve" | "reject">;

/**
 * Returns a proposer whose worker thread starts with the first request and is started anew after it died.
 *
 * Requests are answered in the order in which they come. `source` is the worker's module. The worker holds the process open only while a request is outstanding.
 */
export function openProposer(source: URL = new URL("./proposer-worker.ts", import.meta.url)): Proposer {
  const outstanding = new Map<number, Outstanding>();
  let worker: Worker | null = null;
  let lastId = 0;
  let closed = false;

  function startWorker(): Worker {
    const started = new Worker(source, { resourceLimits: RESOURCES });
    started.on("message", (reply: ProposalReply) => {
      const waiting = outstanding.get(reply.id);
      outstanding.delete(reply.id);
      if (outstanding.size === 0) started.unref();
      if ("answer" in reply) waiting?.resolve(reply.answer);
      else waiting?.reject(new Error(reply.message));
    });
    started.on("error", (error) => loseWorker(started, new Error("the optimizer worker failed", { cause: error })));
    started.on("exit", (code) => loseWorker(started, new Error(`the optimizer worker ended with exit code ${code}`)));
    started.unref();
    return started;
  }

  function loseWorker(lost: Worker, reason: Error): void {
    if (worker !== lost) return;
    worker = null;
    for (const { reject } of outstanding.values()) reject(reason);
    outstanding.clear();
  }

  return {
    propose(request) {
      if (closed) return Promise.reject(new Error("the proposer is closed"));
      worker ??= startWorker();
      const { promise, resolve, reject } = Promise.withResolvers<ProposeAnswer>();
      lastId += 1;
      outstanding.set(lastId, { resolve, reject });
      worker.ref();
      worker.postMessage({ id: lastId, request });
      return promise;
    },
    async close() {
      closed = true;
      const ending = worker;
      if (ending === null) return;
      loseWorker(ending, new Error("the proposer was closed before it answered"));
      await ending.terminate();
    },
  };
}
