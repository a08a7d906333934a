import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { resultQuotaError } from "./journal-change.ts";
import { chunksOf, type KeptResult, type ResultChunk } from "./kept-result.ts";

const Sum = z.object({ sum: z.number() });
const Chunk = z.object({ n: z.number(), bytes: z.instanceof(Uint8Array) });
const Kept = z.object({ command_id: z.string(), size: z.number() });

/** The large results in a device journal's file. Those of acked commands stay while there is room. */
export interface ResultTable {
  room(): number;
  /** To be called within a transaction, with the command's record written; throws `device.resultQuota`. */
  keep(result: KeptResult): void;
  chunk(sha256: string, idx: number): ResultChunk | null;
  /** Forgets the results of commands that are no longer there. */
  dropPruned(): void;
}

/** Returns the results in a file that has the tables for them. */
export function resultTable(db: DatabaseSync, quotaBytes: number): ResultTable {
  const sql = {
    total: db.prepare("SELECT ifnull(sum(size), 0) AS sum FROM result"),
    unacked: db.prepare(
      "SELECT ifnull(sum(size), 0) AS sum FROM result JOIN command USING (command_id) WHERE acked = 0",
    ),
    acked: db.prepare(
      "SELECT command_id, size FROM result JOIN command USING (command_id) WHERE acked = 1 ORDER BY dseq",
    ),
    put: db.prepare("INSERT OR REPLACE INTO result VALUES (?, ?, ?)"),
    putChunk: db.prepare("INSERT INTO result_chunk VALUES (?, ?, ?)"),
    drop: db.prepare("DELETE FROM result WHERE command_id = ?"),
    dropChunks: db.prepare("DELETE FROM result_chunk WHERE command_id = ?"),
    dropPruned: db.prepare("DELETE FROM result WHERE command_id NOT IN (SELECT command_id FROM command)"),
    dropPrunedChunks: db.prepare("DELETE FROM result_chunk WHERE command_id NOT IN (SELECT command_id FROM result)"),
    chunk: db.prepare(
      `SELECT bytes, (SELECT count(*) FROM result_chunk AS all_of_it WHERE all_of_it.command_id = one.command_id) AS n
       FROM result_chunk AS one
       WHERE command_id = (SELECT command_id FROM result WHERE sha256 = ? LIMIT 1) AND idx = ?`,
    ),
  };
  const sumOf = (statement: typeof sql.total) => Sum.parse(statement.get()).sum;
  const room = () => quotaBytes - sumOf(sql.unacked);
  const drop = (commandId: string) => {
    sql.drop.run(commandId);
    sql.dropChunks.run(commandId);
  };

  return {
    room,
    keep(result) {
      const { commandId, sha256, bytes } = result;
      drop(commandId);
      if (bytes.length > room()) throw resultQuotaError(result, room());
      let total = sumOf(sql.total) + bytes.length;
      for (const row of sql.acked.all()) {
        if (total <= quotaBytes) break;
        const { command_id, size } = Kept.parse(row);
        drop(command_id);
        total -= size;
      }
      sql.put.run(commandId, sha256, bytes.length);
      for (const [idx, chunk] of chunksOf(bytes).entries()) sql.putChunk.run(commandId, idx, chunk);
    },
    chunk(sha256, idx) {
      const row = sql.chunk.get(sha256, idx);
      return row === undefined ? null : Chunk.parse(row);
    },
    dropPruned() {
      sql.dropPruned.run();
      sql.dropPrunedChunks.run();
    },
  };
}
