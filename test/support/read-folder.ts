import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { RecordedEvent } from "@labloop/contracts";
import { readJournal } from "@labloop/journal";

/** One act that the world has counted. */
export interface Act {
  readonly seq: number;
  readonly at: number;
  readonly device: string;
  readonly verb: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface WorldFacts {
  readonly acts: readonly Act[];
  readonly damages: readonly string[];
  /** In the order in which they were begun. */
  readonly parts: readonly {
    readonly file: string;
    readonly replicate: number;
    readonly isCrushed: boolean;
    readonly place: string;
  }[];
  readonly memories: Readonly<Record<string, Record<string, unknown>>>;
  readonly lastAt: number;
}

export interface DeviceEntry {
  readonly device: string;
  readonly commandId: string;
  readonly state: string;
  readonly physical: string;
  readonly result: unknown;
}

/** Returns every event of a campaign's journal; throws when one is not whole. */
export function readEvents(data: string): RecordedEvent[] {
  const reader = readJournal(join(data, "journal.db"));
  try {
    return [...reader.events()];
  } finally {
    reader.close();
  }
}

/** Reads the world's own file, past every line of labloop's code. */
export function readWorld(data: string): WorldFacts {
  return reading(join(data, "world", "world.db"), (all) => ({
    acts: all("SELECT * FROM actuations ORDER BY seq").map(({ seq, at, device, verb, detail }) => ({
      seq: Number(seq),
      at: Number(at),
      device: String(device),
      verb: String(verb),
      detail: JSON.parse(String(detail)) as Record<string, unknown>,
    })),
    damages: all("SELECT * FROM damages ORDER BY seq").map(({ device, what }) => `${String(device)}: ${String(what)}`),
    parts: all("SELECT * FROM parts ORDER BY id").map(({ file, replicate, crushed, to_place }) => ({
      file: String(file),
      replicate: Number(replicate),
      isCrushed: crushed === 1,
      place: String(to_place),
    })),
    memories: Object.fromEntries(
      all("SELECT * FROM memory").map(({ device, body }) => [String(device), JSON.parse(String(body))]),
    ),
    lastAt: Number(all("SELECT last_at FROM time")[0]?.["last_at"] ?? 0),
  }));
}

/** Reads what every device's own journal says of every command it was ever given. */
export function readDeviceJournals(data: string): DeviceEntry[] {
  const folder = join(data, "devices");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".db"))
    .flatMap((name) =>
      reading(join(folder, name), (all) =>
        all("SELECT record FROM command ORDER BY dseq").map(({ record }) => {
          const { commandId, state, physical, result } = JSON.parse(String(record)) as DeviceEntry;
          return { device: name.slice(0, -".db".length), commandId, state, physical, result };
        }),
      ),
    );
}

/** Returns the printers that were in the middle of a print at a lab time, from what they remember themselves. */
export function printersAtWork({ memories }: WorldFacts, at: number): string[] {
  return Object.entries(memories)
    .filter(([, memory]) => {
      const print = memory["print"] as { startedAt: number; durationMs: number } | null | undefined;
      return print != null && print.startedAt < at && at < print.startedAt + print.durationMs;
    })
    .map(([device]) => device);
}

type Rows = (query: string) => Record<string, unknown>[];

function reading<T>(file: string, read: (all: Rows) => T): T {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return read((query) => database.prepare(query).all());
  } finally {
    database.close();
  }
}
