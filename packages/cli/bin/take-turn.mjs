// Lets one installation of a folder go on at a time. No dependencies, runs on Node 18.12 and newer.
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";

// For an owner that cannot be asked: on another machine, or not written down.
const forgottenMs = 600_000;

/**
 * Waits until nobody else has the lock, takes it and returns what gives it back; throws where nothing can be written. A process
 * that has ended has no lock: whoever was interrupted, or failed, keeps nobody waiting.
 */
export function takeTurn(lock, say) {
  const mine = JSON.stringify({ pid: process.pid, host: hostname() });
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(lock, mine, { flag: "wx" });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = ownerOf(lock);
    if (owner === null) continue;
    if (owner.hasEnded) {
      putAside(lock, owner.text);
      continue;
    }
    if (waited === 0) {
      const who = owner.pid === undefined ? "" : ` (process ${owner.pid})`;
      say(`another install is running here${who}; waiting for it ... If there is none, remove ${lock}`);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

/** Whose lock it is, and whether it stands for nobody any more; null where there is none. */
export function ownerOf(lock) {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (since === undefined) return null;
  const text = textOf(lock);
  const { pid, host } = parsed(text);
  const hasEnded = host === hostname() ? !isAlive(pid) : Date.now() - since > forgottenMs;
  return { text, pid, hasEnded };
}

/** Takes away the lock that was seen; one that was made since goes back. */
function putAside(lock, seen) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (textOf(aside) === seen) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, lock);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Empty between its making and its writing, and of a folder, as older versions made. */
function textOf(lock) {
  try {
    return readFileSync(lock, "utf8");
  } catch {
    return "";
  }
}

function parsed(text) {
  try {
    const { pid, host } = JSON.parse(text);
    return { pid, host };
  } catch {
    return {};
  }
}
