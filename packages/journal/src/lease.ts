import type { DatabaseSync } from "node:sqlite";
import { LabError } from "@labloop/contracts";

/** A cell's lease as its row and its holder's monotonic clock have it. */
export interface LeaseRow {
  epoch(): number;
  /** Asserts in the open transaction that the row still bears this epoch, else throws `journal.leaseLost` (E2). */
  assert(): void;
  /** Starts the lease's life anew from the last assertion; to be called once its transaction is durable. */
  confirm(): void;
  isHeld(monotonicNow: number): boolean;
  /** Takes the next epoch, not below `least`, for the same holder, in the open transaction; nothing changes before `adopt`. */
  next(least: number): { readonly epoch: number; readonly adopt: () => void };
}

/** Who takes which cell's lease, and for how long. */
export interface LeaseTerms {
  readonly cell: string;
  readonly holder: string;
  readonly leaseLifeMs: number;
  /** The link clock in ms, or any other that never goes back while this process lives. */
  readonly monotonicNow: () => number;
  /** The least epoch to take: the highest fence + 1 after a restored backup, confirmed by a person (contract §9). */
  readonly minEpoch?: number;
}

/** A holder stops acting after this part of the lease's life, so that nobody else's clock can be ahead of it (E2). */
const fencedAfter = 2 / 3;

/** Takes the lease of a cell under the next epoch of the lab's one counter (contract §9), in the open transaction. */
export function takeLease(database: DatabaseSync, terms: LeaseTerms): LeaseRow {
  const { cell, holder, leaseLifeMs, monotonicNow, minEpoch = 1 } = terms;
  // The life counts from before the transaction: a slow disk shortens the lease, never lengthens it.
  let assertedAt = monotonicNow();
  let renewedAt = assertedAt;
  const count = database.prepare("UPDATE meta SET epoch = max(epoch + 1, ?) RETURNING epoch");
  const nextEpoch = (least: number) => Number(count.get(least)?.["epoch"]);
  let epoch = nextEpoch(minEpoch);
  database
    .prepare(
      `INSERT INTO lease (cell, holder, epoch, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (cell) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch, expires_at = excluded.expires_at`,
    )
    .run(cell, holder, epoch, assertedAt + leaseLifeMs);
  const raising = database.prepare("UPDATE lease SET epoch = ? WHERE cell = ? AND epoch = ?");
  const renewal = database.prepare("UPDATE lease SET expires_at = ? WHERE cell = ? AND epoch = ?");

  return {
    epoch: () => epoch,
    assert() {
      assertedAt = monotonicNow();
      if (renewal.run(assertedAt + leaseLifeMs, cell, epoch).changes === 1) return;
      throw new LabError("journal.leaseLost", `${holder} has lost the lease of cell ${cell}, epoch ${epoch}`, {
        hint: "close the journal and open it again, under a new epoch",
      });
    },
    confirm() {
      renewedAt = assertedAt;
    },
    isHeld: (now) => now - renewedAt < leaseLifeMs * fencedAfter,
    next(least) {
      const next = nextEpoch(least);
      raising.run(next, cell, epoch);
      return {
        epoch: next,
        adopt() {
          epoch = next;
        },
      };
    },
  };
}
