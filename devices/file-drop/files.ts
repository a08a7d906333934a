import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file as a folder shows it; `changedAt` is on the clock of whoever holds the folder, ms since 1970. */
export interface Seen {
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: number;
}

/** What the driver does to folders, which may be shares of another computer: each of it can fail, or take its time. */
export interface Files {
  /** The files of a folder whose names are wanted, oldest first; none when there is no such folder. */
  readonly list: (folder: string, wants?: (name: string) => boolean) => Promise<Seen[]>;
  readonly read: (path: string) => Promise<Uint8Array>;
  /** Durable when it resolves; whoever looks sees the whole file or none under names that end otherwise than in `.part`. */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
  /** Atomic, within one folder; rejects with `ENOENT` when there is nothing to rename. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Does nothing when there is no such file. */
  readonly remove: (path: string) => Promise<void>;
  /** Rejects when there is no such folder, or none to be had. */
  readonly mustHave: (folder: string) => Promise<void>;
  readonly makeFolder: (path: string) => Promise<void>;
}

/** The folders of this computer, and what is mounted in them. */
export const diskFiles: Files = {
  async list(folder, wants = () => true) {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const seen: Seen[] = [];
    for (const name of names.filter(wants)) {
      try {
        const found = await stat(join(folder, name));
        if (found.isFile()) seen.push({ name, bytes: found.size, changedAt: Math.round(found.mtimeMs) });
      } catch (error) {
        // Gone since the folder was read: the other side works in it too.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
    return seen.sort((a, b) => a.changedAt - b.changedAt || (a.name < b.name ? -1 : 1));
  },
  read: (path) => readFile(path),
  async write(path, bytes) {
    const part = path.endsWith(".part") ? path : `${path}.part`;
    const file = await open(part, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (part !== path) await diskFiles.rename(part, path);
  },
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(dirname(to));
  },
  remove: (path) => rm(path, { force: true }),
  async mustHave(folder) {
    await readdir(folder);
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
};

/** Windows and many shares have no fsync of folders; there a rename is as durable as they make it. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP", "EBADF"].includes(code)) throw error;
  }
}
