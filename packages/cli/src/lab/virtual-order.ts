import { LabError } from "@labloop/contracts";
import type { Proposer } from "@labloop/optimizer/worker";
import type { Time } from "./time.ts";

/** In virtual time nothing happens unless the clock is run, so whoever waits runs it. */
export async function whileTimePasses<T>(time: Time, waited: Promise<T>): Promise<T> {
  if (time.virtual === null) return waited;
  let isSettled = false;
  const watched = waited.finally(() => {
    isSettled = true;
  });
  // The rejection is not lost: it is what `watched` rejects with below.
  watched.catch(() => undefined);
  const outcome = await time.virtual.run(() => isSettled);
  if (outcome === "idle" && !isSettled) {
    throw new LabError(
      "run.nothingLeft",
      "virtual time has run out: nothing is under way and the campaign is not over",
    );
  }
  return watched;
}

/** Holds the virtual clock while the worker computes, so that its answer falls into place the same way every time. */
export function inVirtualOrder(proposer: Proposer, { virtual }: Time): Proposer {
  if (virtual === null) return proposer;
  return {
    async propose(request) {
      const release = virtual.hold();
      try {
        return await proposer.propose(request);
      } finally {
        release();
      }
    },
    close: () => proposer.close(),
  };
}
