import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** LISTEN in the kernel's socket tables. */
const listen = "0A";

/** Returns the addresses on which a process listens, as `host:port`, from Linux's /proc. */
export function listeningSockets(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    }),
  );
  return ["tcp", "tcp6"].flatMap((table) => {
    const [, ...rows] = readFileSync(`/proc/${pid}/net/${table}`, "utf8").trimEnd().split("\n");
    return rows.flatMap((row) => {
      const cells = row.trim().split(/\s+/);
      const [local = "", state, inode = ""] = [cells[1], cells[3], cells[9]];
      return state === listen && inodes.has(inode) ? [addressOf(local)] : [];
    });
  });
}

/** The kernel writes addresses as 32-bit words in the machine's byte order, little-endian here. */
function addressOf(hex: string): string {
  const [host = "", port = ""] = hex.split(":");
  const bytes = host.match(/.{8}/g)!.flatMap((word) => word.match(/../g)!.toReversed());
  const text = bytes.length === 4 ? bytes.map((byte) => Number.parseInt(byte, 16)).join(".") : `[${bytes.join("")}]`;
  return `${text}:${Number.parseInt(port, 16)}`;
}

/** A descriptor may be closed between listing and looking. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
