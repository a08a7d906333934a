import { DatabaseSync } from "node:sqlite";
import { type Json, LabError } from "@labloop/contracts";
import type { Actuation, Part, PartChange, WorldChange } from "./plant-world.ts";

/** One counted physical act, with when (lab time) and by which device. */
export interface CountedActuation extends Actuation {
  readonly seq: number;
  readonly device: string;
  readonly at: number;
}

/** Something that should never happen in a well-run lab: two parts in one place, an unfinished print torn off. */
export interface Damage {
  readonly at: number;
  readonly device: string;
  readonly what: string;
}

interface PartRow {
  readonly id: string;
  readonly file: string;
  readonly replicate: number;
  readonly ready_at: number;
  readonly crushed: number;
  readonly from_place: string | null;
  readonly to_place: string | null;
  readonly pick_at: number;
  readonly place_at: number;
}

/** The durable world: what stands where, what every device remembers, and a count of every act for ever. */
export interface WorldStore {
  memory(device: string): Json | null;
  commit(device: string, at: number, change: WorldChange): void;
  partAt(place: string, at: number): Part | null;
  actuations(): CountedActuation[];
  damages(): Damage[];
  /** The latest lab time at which anything was recorded; null in a new world. */
  lastAt(): number | null;
  close(): void;
}

/**
 * Opens the world's file; every change is one fsynced transaction.
 *
 * `drawReplicate` says which measured replicate a new part is, given its file and how many parts of that file there were;
 * `openPlaces` take any number of parts, every other place takes one.
 */
export function openWorldStore(
  file: string,
  drawReplicate: (file: string, before: number) => number,
  openPlaces: readonly string[],
): WorldStore {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS memory (device TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS parts (id TEXT PRIMARY KEY, file TEXT NOT NULL, replicate INTEGER NOT NULL,
      ready_at INTEGER NOT NULL, crushed INTEGER NOT NULL DEFAULT 0, from_place TEXT, to_place TEXT,
      pick_at INTEGER NOT NULL, place_at INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS actuations (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, device TEXT NOT NULL,
      verb TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS damages (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, device TEXT NOT NULL,
      what TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS time (id INTEGER PRIMARY KEY CHECK (id = 1), last_at INTEGER NOT NULL) STRICT;`);
  const readMemory = db.prepare("SELECT body FROM memory WHERE device = ?");
  const writeMemory = db.prepare(
    "INSERT INTO memory VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET body = excluded.body",
  );
  const readParts = db.prepare("SELECT * FROM parts WHERE from_place = ? OR to_place = ? ORDER BY id");
  const countFile = db.prepare("SELECT count(*) AS parts FROM parts WHERE file = ?");
  const countParts = db.prepare("SELECT count(*) AS parts FROM parts");
  const addPart = db.prepare(
    "INSERT INTO parts (id, file, replicate, ready_at, from_place, to_place, pick_at, place_at) VALUES (?, ?, ?, ?, NULL, ?, ?, ?)",
  );
  const movePart = db.prepare("UPDATE parts SET from_place = ?, to_place = ?, pick_at = ?, place_at = ? WHERE id = ?");
  const endPrint = db.prepare("UPDATE parts SET ready_at = min(ready_at, ?) WHERE id = ?");
  const findMove = db.prepare("SELECT * FROM parts WHERE from_place = ? AND to_place = ? AND place_at > ?");
  const crushPart = db.prepare("UPDATE parts SET crushed = 1 WHERE id = ?");
  const addActuation = db.prepare("INSERT INTO actuations (at, device, verb, detail) VALUES (?, ?, ?, ?)");
  const addDamage = db.prepare("INSERT INTO damages (at, device, what) VALUES (?, ?, ?)");
  const writeTime = db.prepare(
    "INSERT INTO time VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET last_at = max(last_at, excluded.last_at)",
  );

  function rowAt(place: string, at: number): PartRow | null {
    const rows = readParts.all(place, place) as unknown as PartRow[];
    return rows.find((row) => placeOf(row, at) === place) ?? null;
  }

  function apply(device: string, at: number, change: PartChange): void {
    switch (change.kind) {
      case "made": {
        if (rowAt(change.place, at) !== null)
          addDamage.run(at, device, `printed onto a part standing on ${change.place}`);
        const id = `part-${String(countOf(countParts.get()) + 1).padStart(5, "0")}`;
        const replicate = drawReplicate(change.file, countOf(countFile.get(change.file)));
        addPart.run(id, change.file, replicate, change.readyAt, change.place, at, at);
        return;
      }
      case "moved": {
        const row = rowAt(change.from, change.pickAt);
        if (row === null) {
          addDamage.run(at, device, `reached for a part on ${change.from} where none stands`);
          return;
        }
        if (row.ready_at > change.pickAt) addDamage.run(at, device, `tore an unfinished print off ${change.from}`);
        const other = rowAt(change.to, change.placeAt);
        if (other !== null && !openPlaces.includes(change.to))
          addDamage.run(at, device, `put a part onto another on ${change.to}`);
        movePart.run(change.from, change.to, change.pickAt, change.placeAt, row.id);
        return;
      }
      case "crushed": {
        const row = rowAt(change.place, at);
        if (row === null) addDamage.run(at, device, `crushed nothing on ${change.place}`);
        else if (row.crushed === 1) addDamage.run(at, device, `crushed a crushed part on ${change.place}`);
        else crushPart.run(row.id);
        return;
      }
      case "abandoned": {
        const row = rowAt(change.place, at);
        if (row !== null) endPrint.run(at, row.id);
        return;
      }
      case "halted": {
        const row = findMove.get(change.from, change.to, at) as PartRow | undefined;
        if (row === undefined) return;
        if (at < row.pick_at) movePart.run(change.from, change.from, at, at, row.id);
        else movePart.run(change.from, change.to, row.pick_at, never, row.id);
      }
    }
  }

  /** What stands in the file, by device: a plant looks at its memory with every line it hears, and only here is it written. */
  const remembered = new Map<string, string | null>();

  return {
    memory(device) {
      let text = remembered.get(device);
      if (text === undefined) {
        const row = readMemory.get(device);
        text = row === undefined ? null : String(row["body"]);
        remembered.set(device, text);
      }
      return text === null ? null : (JSON.parse(text) as Json);
    },
    commit(device, at, change) {
      const memory = change.memory === undefined ? null : JSON.stringify(change.memory);
      db.exec("BEGIN IMMEDIATE");
      try {
        for (const part of change.parts ?? []) apply(device, at, part);
        if (change.actuation !== undefined) {
          addActuation.run(at, device, change.actuation.verb, JSON.stringify(change.actuation.detail));
        }
        if (memory !== null) writeMemory.run(device, memory);
        writeTime.run(at);
        db.exec("COMMIT");
      } catch (error) {
        db.exec("ROLLBACK");
        throw new LabError("world.notWritten", `the world's file ${file} could not be written`, { cause: error });
      }
      if (memory !== null) remembered.set(device, memory);
    },
    partAt(place, at) {
      const row = rowAt(place, at);
      if (row === null) return null;
      return {
        id: row.id,
        file: row.file,
        replicate: row.replicate,
        readyAt: row.ready_at,
        isCrushed: row.crushed === 1,
      };
    },
    actuations: () =>
      db
        .prepare("SELECT * FROM actuations ORDER BY seq")
        .all()
        .map((row) => ({
          seq: Number(row["seq"]),
          at: Number(row["at"]),
          device: String(row["device"]),
          verb: String(row["verb"]) as Actuation["verb"],
          detail: JSON.parse(String(row["detail"])) as Actuation["detail"],
        })),
    damages: () =>
      db
        .prepare("SELECT * FROM damages ORDER BY seq")
        .all()
        .map((row) => ({ at: Number(row["at"]), device: String(row["device"]), what: String(row["what"]) })),
    lastAt() {
      const row = db.prepare("SELECT last_at FROM time").get();
      return row === undefined ? null : Number(row["last_at"]);
    },
    close: () => db.close(),
  };
}

/** The lab time at which a part in a stopped gripper is put down. */
const never = Number.MAX_SAFE_INTEGER;

/** Where a part stands at a time: nowhere while the gripper has it. */
function placeOf(row: PartRow, at: number): string | null {
  if (at < row.pick_at) return row.from_place;
  return at < row.place_at ? null : row.to_place;
}

function countOf(row: Record<string, unknown> | undefined): number {
  return Number(row?.["parts"] ?? 0);
}
