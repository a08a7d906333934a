import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync, appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Cancel, Clock } from "@labloop/contracts";

/** What an instrument's computer drops when it has measured. */
export interface Drop {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface InstrumentPcOptions {
  /** What the instrument goes by; it is also the clock of the share, but for `clockAheadMs`. */
  readonly clock: Clock;
  readonly inbox: { readonly folder: string; readonly file: RegExp; readonly sentinel?: string };
  readonly outbox: { readonly folder: string; readonly sentinel?: string };
  /** From one look at the inbox to the next, default 5 s. */
  readonly everyMs?: number;
  /** Whether it takes the request away before it begins; else it leaves it and remembers. Default true. */
  readonly takesAway?: boolean;
  /** From the first bytes of a result to its last, default 700 ms: software writes while it computes. */
  readonly writesForMs?: number;
  readonly clockAheadMs?: number;
  /** Begins to measure, which cannot be undone: it returns how long that takes, and what is dropped then. */
  readonly measure: (request: Drop) => { readonly durationMs: number; readonly drops: () => readonly Drop[] };
}

/** An instrument's computer that knows nothing of labloop but two folders. */
export interface InstrumentPc {
  /** Its program ends at once, whatever it was doing. */
  close(): void;
}

/** Starts a computer that watches a folder for requests, measures, and drops results, in pieces, as such software does. */
export function startInstrumentPc(options: InstrumentPcOptions): InstrumentPc {
  const { clock, inbox, outbox, everyMs = 5_000, takesAway = true, writesForMs = 700, clockAheadMs = 0 } = options;
  mkdirSync(inbox.folder, { recursive: true });
  mkdirSync(outbox.folder, { recursive: true });
  const left = new Set<string>();
  let cancel: Cancel = () => {};
  const after = (ms: number, act: () => void) => {
    cancel = clock.at(clock.now() + ms, act);
  };
  const stamp = (path: string) => {
    const seconds = (clock.now() + clockAheadMs) / 1_000;
    utimesSync(path, seconds, seconds);
  };

  const take = (): Drop | null => {
    const names = readdirSync(inbox.folder).sort();
    if (inbox.sentinel !== undefined) {
      if (!names.includes(inbox.sentinel)) return null;
      rmSync(join(inbox.folder, inbox.sentinel));
    }
    const name = names.find((found) => found !== inbox.sentinel && inbox.file.test(found) && !left.has(found));
    if (name === undefined) return null;
    const bytes = readFileSync(join(inbox.folder, name));
    if (takesAway) rmSync(join(inbox.folder, name));
    else left.add(name);
    return { name, bytes };
  };

  const write = (drops: readonly Drop[], then: () => void) => {
    for (const { name, bytes } of drops) {
      const path = join(outbox.folder, name);
      writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
      stamp(path);
    }
    after(writesForMs, () => {
      for (const { name, bytes } of drops) {
        const path = join(outbox.folder, name);
        appendFileSync(path, bytes.subarray(Math.floor(bytes.length / 2)));
        stamp(path);
      }
      if (outbox.sentinel !== undefined) writeFileSync(join(outbox.folder, outbox.sentinel), "");
      then();
    });
  };

  const look = () => {
    const request = take();
    if (request === null) {
      after(everyMs, look);
      return;
    }
    const { durationMs, drops } = options.measure(request);
    after(durationMs, () => write(drops(), () => after(everyMs, look)));
  };
  after(everyMs, look);
  return { close: () => cancel() };
}
