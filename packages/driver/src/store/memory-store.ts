import { type Ids, LabError } from "@labloop/contracts";
import type { CommandRecord } from "./command-record.ts";
import type { DeviceStore, JournalChange, JournalHead } from "./device-store.ts";
import { chunksOf, defaultResultQuotaBytes, type KeptResult } from "./kept-result.ts";
import { recordsOf, resultQuotaError } from "./journal-change.ts";
import { latchAfter } from "./stop.ts";

/** What an in-memory journal is written on: it outlives the store, as a file outlives a process. */
export interface MemoryMedium {
  /** The journal as of its last transaction; null before the first opening. */
  content: {
    readonly head: JournalHead;
    readonly records: ReadonlyMap<string, CommandRecord>;
    /** Large results, by command. */
    readonly results: ReadonlyMap<string, KeptResult>;
  } | null;
  isInUse: boolean;
}

/** Returns an empty medium. */
export function createMemoryMedium(): MemoryMedium {
  return { content: null, isInUse: false };
}

/** Opens the journal on a medium; throws `device.journalInUse` while another store has it (D13). */
export function openMemoryStore(options: {
  readonly medium: MemoryMedium;
  readonly ids: Ids;
  /** For large results, in bytes; default 256 MiB. */
  readonly resultQuotaBytes?: number;
}): DeviceStore {
  const { medium, ids, resultQuotaBytes = defaultResultQuotaBytes } = options;
  if (medium.isInUse) {
    throw new LabError("device.journalInUse", "this device journal is open already: one driver per device", {
      hint: "close the other driver of this device first",
    });
  }
  medium.isInUse = true;
  const records = new Map(medium.content?.records);
  const results = new Map(medium.content?.results);
  const idOfDseq = new Map([...records.values()].map((record) => [record.dseq, record.commandId]));
  let head: JournalHead = medium.content?.head ?? {
    journalId: ids.random(),
    jseq: 0,
    fence: 0,
    watermark: 0,
    maxDseq: 0,
    bdSeq: 0,
    stopId: 0,
    isLatched: false,
    local: null,
  };
  medium.content = { head, records, results };
  let isClosed = false;

  const assertOpen = () => {
    if (isClosed) throw new LabError("device.journalClosed", "this device journal has been closed");
  };
  const inOrder = (wanted: (record: CommandRecord) => boolean) => {
    assertOpen();
    return [...records.values()].filter(wanted).sort((a, b) => a.dseq - b.dseq);
  };

  const assertFits = (written: readonly CommandRecord[]) => {
    // Those before it in the same change count as well.
    const holders = new Map<number, string>();
    for (const { commandId, dseq } of written) {
      const holder = holders.get(dseq) ?? idOfDseq.get(dseq);
      if (holder !== undefined && holder !== commandId) {
        throw new LabError("device.journalConflict", `command number ${dseq} belongs to ${holder}`);
      }
      const known = written.find((record) => record.commandId === commandId)?.dseq;
      if (known !== dseq || (records.get(commandId)?.dseq ?? dseq) !== dseq) {
        throw new LabError("device.journalConflict", `${commandId} is known under another number`);
      }
      holders.set(dseq, commandId);
    }
  };

  const isAcked = (commandId: string) => records.get(commandId)?.isAcked === true;
  /** A result takes the place of the one that was kept of its command before. */
  const room = (of?: string) => {
    const kept = [...results.values()].filter(({ commandId }) => commandId !== of && !isAcked(commandId));
    return kept.reduce((left, { bytes }) => left - bytes.length, resultQuotaBytes);
  };
  /** Acked results make room, the oldest first. */
  const keep = (result: KeptResult) => {
    results.set(result.commandId, result);
    let total = [...results.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (const { commandId } of inOrder((record) => record.isAcked)) {
      const old = results.get(commandId);
      if (total <= resultQuotaBytes || old === undefined) continue;
      results.delete(commandId);
      total -= old.bytes.length;
    }
  };

  const prune = ({ keep, before }: { keep: number; before: number }): number => {
    const old = inOrder(() => true).slice(0, Math.max(0, records.size - keep));
    let watermark = head.watermark;
    for (const record of old) {
      if (!record.isAcked || record.settledAt === null || record.settledAt >= before) continue;
      records.delete(record.commandId);
      results.delete(record.commandId);
      idOfDseq.delete(record.dseq);
      watermark = Math.max(watermark, record.dseq);
    }
    return watermark;
  };

  return {
    get head() {
      assertOpen();
      return head;
    },
    find(commandId) {
      assertOpen();
      return records.get(commandId) ?? null;
    },
    findByDseq(dseq) {
      assertOpen();
      return records.get(idOfDseq.get(dseq) ?? "") ?? null;
    },
    unsettled: () => inOrder((record) => record.settledAt === null),
    unacked: () => inOrder((record) => !record.isAcked),
    hasStartedAfter: (jseq) => inOrder((record) => (record.startedJseq ?? 0) > jseq).length > 0,
    resultRoom() {
      assertOpen();
      return room();
    },
    resultChunk(sha256, idx) {
      assertOpen();
      const result = [...results.values()].find((kept) => kept.sha256 === sha256);
      const chunks = result === undefined ? [] : chunksOf(result.bytes);
      const bytes = chunks[idx];
      return bytes === undefined ? null : { n: chunks.length, bytes };
    },
    write(change: JournalChange) {
      assertOpen();
      const written = recordsOf(change);
      const { result } = change;
      // What can fail comes first, so a failed write has changed nothing.
      assertFits(written);
      const left = room(result?.commandId);
      if (result !== undefined && result.bytes.length > left) throw resultQuotaError(result, left);
      for (const record of written) {
        records.set(record.commandId, record);
        idOfDseq.set(record.dseq, record.commandId);
      }
      if (result !== undefined) keep(result);
      for (const id of change.ackedIds ?? []) {
        const record = records.get(id);
        if (record !== undefined && record.settledAt !== null) records.set(id, { ...record, isAcked: true });
      }
      head = {
        journalId: head.journalId,
        jseq: head.jseq + 1,
        fence: Math.max(head.fence, change.fence ?? 0),
        watermark: change.prune === undefined ? head.watermark : prune(change.prune),
        maxDseq: Math.max(head.maxDseq, ...written.map(({ dseq }) => dseq)),
        bdSeq: head.bdSeq + (change.isBirth === true ? 1 : 0),
        ...latchAfter(head, change.stop),
        local: change.local === undefined ? head.local : change.local,
      };
      medium.content = { head, records, results };
      return head;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      medium.isInUse = false;
    },
  };
}
