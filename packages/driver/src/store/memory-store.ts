import { type Ids, LabError } from "@labloop/contracts";
import type { CommandRecord } from "./command-record.ts";
import type { DeviceStore, JournalChange, JournalHead } from "./device-store.ts";
import { latchAfter } from "./stop.ts";

/** What an in-memory journal is written on: it outlives the store, as a file outlives a process. */
export interface MemoryMedium {
  /** The journal as of its last transaction; null before the first opening. */
  content: { readonly head: JournalHead; readonly records: ReadonlyMap<string, CommandRecord> } | null;
  isInUse: boolean;
}

/** Returns an empty medium. */
export function createMemoryMedium(): MemoryMedium {
  return { content: null, isInUse: false };
}

/** Opens the journal on a medium; throws `device.journalInUse` while another store has it (D13). */
export function openMemoryStore(options: { readonly medium: MemoryMedium; readonly ids: Ids }): DeviceStore {
  const { medium, ids } = options;
  if (medium.isInUse) {
    throw new LabError("device.journalInUse", "this device journal is open already: one driver per device", {
      hint: "close the other driver of this device first",
    });
  }
  medium.isInUse = true;
  const records = new Map(medium.content?.records);
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
  };
  medium.content = { head, records };
  let isClosed = false;

  const assertOpen = () => {
    if (isClosed) throw new LabError("device.journalClosed", "this device journal has been closed");
  };
  const inOrder = (wanted: (record: CommandRecord) => boolean) => {
    assertOpen();
    return [...records.values()].filter(wanted).sort((a, b) => a.dseq - b.dseq);
  };

  const put = (record: CommandRecord) => {
    const holder = idOfDseq.get(record.dseq);
    if (holder !== undefined && holder !== record.commandId) {
      throw new LabError("device.journalConflict", `command number ${record.dseq} belongs to ${holder}`);
    }
    if ((records.get(record.commandId)?.dseq ?? record.dseq) !== record.dseq) {
      throw new LabError("device.journalConflict", `${record.commandId} is known under another number`);
    }
    records.set(record.commandId, record);
    idOfDseq.set(record.dseq, record.commandId);
  };

  const prune = ({ keep, before }: { keep: number; before: number }): number => {
    const old = inOrder(() => true).slice(0, Math.max(0, records.size - keep));
    let watermark = head.watermark;
    for (const record of old) {
      if (!record.isAcked || record.settledAt === null || record.settledAt >= before) continue;
      records.delete(record.commandId);
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
    write(change: JournalChange) {
      assertOpen();
      // The only part that can fail comes first, so a failed write has changed nothing.
      if (change.record !== undefined) put(change.record);
      for (const id of change.ackedIds ?? []) {
        const record = records.get(id);
        if (record !== undefined && record.settledAt !== null) records.set(id, { ...record, isAcked: true });
      }
      head = {
        journalId: head.journalId,
        jseq: head.jseq + 1,
        fence: Math.max(head.fence, change.fence ?? 0),
        watermark: change.prune === undefined ? head.watermark : prune(change.prune),
        maxDseq: Math.max(head.maxDseq, change.record?.dseq ?? 0),
        bdSeq: head.bdSeq + (change.isBirth === true ? 1 : 0),
        ...latchAfter(head, change.stop),
      };
      medium.content = { head, records };
      return head;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      medium.isInUse = false;
    },
  };
}
