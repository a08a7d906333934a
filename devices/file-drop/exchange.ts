import { isAbsolute, join, relative, resolve } from "node:path";
import { type Clock, LabError, type Log, outsideTime } from "@labloop/contracts";
import * as z from "zod";
import type { FileDropDeclaration } from "./declaration.ts";
import type { Files } from "./files.ts";

export const Config = z.strictObject({
  /** The folder or share that instrument and lab exchange files in; seen from the declaration. */
  folder: z.string().min(1),
  /** Where raw files are kept for ever, by command; default: `labloop-kept` in the folder. */
  kept: z.string().min(1).optional(),
  /** Where files go that could not be read, by command; default: `labloop-quarantine` in the folder. */
  quarantine: z.string().min(1).optional(),
  /** How long a share may take for one answer, ms of real time; chosen. */
  answerMs: z.number().int().min(100).default(30_000),
});
export type Config = z.infer<typeof Config>;

/** What a command left behind it when it was asked, as it stands in the device journal. */
export const Asked = z.object({
  /** The command's id as it stands in names of files. */
  command: z.string(),
  stamp: z.string(),
  /** What lies in the request folder until it is taken: the request, or its sentinel. */
  marker: z.string().nullable(),
  request: z.string().nullable(),
  /** Lab time; without a result by then the command is in doubt. */
  deadlineAt: z.number(),
  /** The files that could be taken for the result and were there before. */
  before: z.array(z.tuple([z.string(), z.number(), z.number()])),
  /** How far the clock of the share is ahead, ms; null where nobody could tell. */
  shareAheadMs: z.number().nullable(),
});
export type Asked = z.infer<typeof Asked>;

/** One session with the folders of an instrument. */
export interface Exchange {
  readonly files: Files;
  readonly kept: string;
  readonly quarantine: string;
  readonly pace: Pick<FileDropDeclaration, "everyMs" | "still">;
  readonly linkClock: Clock;
  readonly log: Log;
  /** A folder of the declaration. */
  readonly folder: (name: string) => string;
  /** A path as evidence tells it: seen from the folder, the same on every system. */
  readonly shown: (path: string) => string;
  /** By command id: what is being watched. */
  readonly asked: Map<string, Asked>;
  /** Does what changes the request folder one at a time, so that a request is withdrawn after it was put there. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
}

/** Returns the session; moves nothing. `base` is where the declaration lies. */
export function createExchange(
  given: Files,
  config: Config,
  base: string,
  pace: Exchange["pace"],
  { linkClock, log }: { readonly linkClock: Clock; readonly log: Log },
): Exchange {
  const place = (path: string) => (isAbsolute(path) ? path : resolve(base, path));
  const root = place(config.folder);
  const under = (path: string | undefined, fallback: string) =>
    path === undefined ? join(root, fallback) : place(path);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    files: inTime(given, linkClock, config.answerMs),
    kept: under(config.kept, "labloop-kept"),
    quarantine: under(config.quarantine, "labloop-quarantine"),
    pace,
    linkClock,
    log,
    folder: (name) => join(root, name),
    shown: (path) => relative(root, path).replaceAll("\\", "/"),
    asked: new Map(),
    inTurn(act) {
      const result = turn.then(act);
      turn = result.catch(() => undefined);
      return result;
    },
  };
}

/** A share whose computer is gone may answer never: then every call ends with `fileDrop.silent`. */
function inTime(files: Files, linkClock: Clock, answerMs: number): Files {
  const within = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    const late = Promise.withResolvers<never>();
    const cancel = linkClock.at(linkClock.now() + answerMs, () => {
      late.reject(new LabError("fileDrop.silent", `no answer within ${answerMs} ms: ${what}`));
    });
    try {
      return await Promise.race([outsideTime(linkClock, act), late.promise]);
    } finally {
      cancel();
    }
  };
  return {
    list: (folder, wants) => within(folder, () => files.list(folder, wants)),
    read: (path) => within(path, () => files.read(path)),
    write: (path, bytes) => within(path, () => files.write(path, bytes)),
    rename: (from, to) => within(from, () => files.rename(from, to)),
    remove: (path) => within(path, () => files.remove(path)),
    mustHave: (folder) => within(folder, () => files.mustHave(folder)),
    makeFolder: (path) => within(path, () => files.makeFolder(path)),
  };
}
