import { LabError } from "@labloop/contracts";
import { type BenchMethod, labloopMethod, randomMethod, sobolMethod } from "@labloop/optimizer/benchmark";
import { commandOf, peerMethod } from "./peer-method.ts";

const own: Readonly<Record<string, () => BenchMethod>> = {
  labloop: labloopMethod,
  random: randomMethod,
  sobol: sobolMethod,
};

const peer = /^peer:\s*/;

/** Returns the names that `--methods` lists, random search with them, since it is the measure of all others; throws `usage.badMethod`. */
export function methodNames(list: string): string[] {
  const names = list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const hint = `write any of ${Object.keys(own).join(", ")}, and peer:COMMAND, with commas between them`;
  if (names.length === 0) throw new LabError("usage.badMethod", "--methods names no method", { hint });
  for (const name of names) {
    if (Object.hasOwn(own, name) || (peer.test(name) && commandOf(name.replace(peer, "")).length > 0)) continue;
    throw new LabError("usage.badMethod", `--methods: there is no method '${name}'`, { hint });
  }
  return [...new Set([...names, "random"])];
}

/** Returns the method of a name that `methodNames` has accepted. */
export function methodOf(name: string): BenchMethod {
  return Object.hasOwn(own, name) && own[name] !== undefined ? own[name]() : peerMethod(name, name.replace(peer, ""));
}

/** Returns a method's name for a table: of a peer, its script without folder and ending. */
export function shortName(name: string): string {
  if (!peer.test(name)) return name;
  const script = commandOf(name.replace(peer, "")).findLast((word) => !word.startsWith("-")) ?? name;
  return script.replace(/^.*[/\\]/, "").replace(/\.\w+$/, "");
}
