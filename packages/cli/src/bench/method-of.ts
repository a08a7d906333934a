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
  // A comma within quotes parts nothing.
  const names = [...list.matchAll(/(?:"[^"]*"|'[^']*'|[^,])+/g)]
    .map(([name]) => name.trim())
    .filter((name) => name !== "");
  const hint = `write any of ${Object.keys(own).join(", ")}, and peer:COMMAND, with commas between them`;
  if (names.length === 0) throw new LabError("usage.badMethod", "--methods names no method", { hint });
  const isKnown = (name: string) =>
    Object.hasOwn(own, name) || (peer.test(name) && commandOf(name.replace(peer, "")).length > 0);
  const unknown = names.filter((name) => !isKnown(name)).map((name) => `'${name}'`);
  if (unknown.length > 0) {
    throw new LabError("usage.badMethod", `--methods: there is no method ${unknown.join(", nor ")}`, { hint });
  }
  return [...new Set([...names, "random"])];
}

/** Returns the method of a name that `methodNames` has accepted. */
export function methodOf(name: string): BenchMethod {
  return Object.hasOwn(own, name) && own[name] !== undefined ? own[name]() : peerMethod(name, name.replace(peer, ""));
}

const scripts = /\.(?:py|[cm]?[jt]s|r|jl|sh|rb|pl|jar|exe)$/i;

/**
 * Returns names for a table, in the order of the methods: of a peer its script without folder and ending, or its program where it
 * has no script; with its arguments where peers would be called the same.
 */
export function shortNames(methods: readonly string[]): string[] {
  const short = methods.map((method) => {
    if (!peer.test(method)) return { name: method, whole: method };
    const words = commandOf(method.replace(peer, ""));
    const module = words.indexOf("-m") + 1;
    const at = Math.max(
      0,
      words.findIndex((word, i) => i > 0 && (i === module || scripts.test(word))),
    );
    const file = (words[at] ?? "").replace(/^.*[/\\]/, "");
    const name = at === module && at > 0 ? file : file.replace(scripts, "");
    return { name, whole: [name, ...words.slice(at + 1)].join(" ") };
  });
  const times = (name: string) => short.filter((other) => other.name === name).length;
  return short.map(({ name, whole }) => (times(name) > 1 ? whole : name));
}
