// Keeps a Node that cannot run out of the way of one that can. No dependencies, runs on Node 18.12 and newer.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

/**
 * Removes the link to a program that does not start, as a Node for another C library does not: npm puts the folder of links
 * in front of the machine's own path, so that every script would fail where the machine's Node could run it. Returns
 * whether the program fits; what is not there is left so.
 */
export function putAsideUnfit(program) {
  if (spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0) return true;
  rmSync(program, { force: true });
  return false;
}
