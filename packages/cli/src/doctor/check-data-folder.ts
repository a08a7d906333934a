import { accessSync, constants, existsSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fault, fine, type Finding, warning } from "./finding.ts";

const about = "data folder";

/**
 * Returns whether campaigns can be recorded below a folder: by writing a file there, or, when it is not there yet, in the
 * nearest folder above it.
 */
export function checkDataFolder(path: string): Finding[] {
  const wanted = resolve(path);
  const folder = nearestFolder(wanted);
  const mend = "give this account the right to write there, or name another folder with --data or LABLOOP_DATA";
  const probe = join(folder, `.labloop-doctor-${process.pid}`);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    writeFileSync(probe, "", { flag: "wx" });
    unlinkSync(probe);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return [fault(about, "data.notWritable", `nothing can be written in ${folder} (${code})`, mend)];
  }
  if (folder !== wanted) return [fine(about, "data.new", `${wanted} is not there yet and can be made`)];
  // Windows has no such bits.
  if (process.platform !== "win32" && (statSync(folder).mode & 0o002) !== 0) {
    const what = `everybody on this machine may write in ${folder}, so in the record of what happened`;
    return [warning(about, "data.openToAll", what, `chmod o-w ${folder}`)];
  }
  return [fine(about, "data.writable", `${folder} can be written`)];
}

/** The nearest folder, of a path and those above it, that is there. */
export function nearestFolder(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestFolder(above);
}
