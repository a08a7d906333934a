// Preloaded into a run (`node --import`): ends the process by SIGKILL at the n-th pass of one kind of point.
// LABLOOP_KILL_AT is `<point>:<n>`. LABLOOP_KILL_LOG takes one line: the kill, or at a good end the count of every point.
import fs from "node:fs";
import { flushCompileCache, syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { isMainThread } from "node:worker_threads";

const [fatalPoint, fatalPass = "0"] = (process.env["LABLOOP_KILL_AT"] ?? "").split(":");
const log = process.env["LABLOOP_KILL_LOG"];
const passes: Record<string, number> = {};
const write = fs.writeFileSync;

function note(entry: object): void {
  if (log !== undefined) write(log, JSON.stringify(entry));
}

function pass(point: string): void {
  const count = (passes[point] ?? 0) + 1;
  passes[point] = count;
  if (point !== fatalPoint || count !== Number(fatalPass)) return;
  // A killed process leaves no compile cache otherwise, and the next one would be as slow to start.
  flushCompileCache();
  note({ point, wallAt: Date.now() });
  process.kill(process.pid, "SIGKILL");
}

/** Makes every call of a method that `nameOf` has a name for pass `<name>-before` and `<name>-after`. */
function watch<Self>(owner: object, method: string, nameOf: (self: Self, args: unknown[]) => string | null): void {
  const original = Reflect.get(owner, method) as (...args: unknown[]) => unknown;
  Reflect.set(owner, method, function (this: Self, ...args: unknown[]) {
    const name = nameOf(this, args);
    if (name === null) return Reflect.apply(original, this, args);
    pass(`${name}-before`);
    const result = Reflect.apply(original, this, args);
    pass(`${name}-after`);
    return result;
  });
}

/** Whose facts a transaction makes durable. */
function storeOf(database: DatabaseSync): string {
  const file = database.location() ?? "";
  if (file.includes("/devices/")) return "device";
  return file.endsWith("/world.db") ? "world" : "engine";
}

const kinds = new WeakMap<Socket, string>();

/** MQTT, told by its first packet (CONNECT 0x10 or CONNACK 0x20), or an instrument's wire, which begins with a letter. */
function linkOf(socket: Socket, [chunk]: unknown[]): string {
  const known = kinds.get(socket);
  if (known !== undefined) return known;
  const first = chunk instanceof Uint8Array ? chunk[0] : String(chunk).charCodeAt(0);
  const kind = first === 0x10 || first === 0x20 ? "bus" : "wire";
  kinds.set(socket, kind);
  return kind;
}

if (isMainThread) {
  watch(DatabaseSync.prototype, "exec", (database: DatabaseSync, [sql]) =>
    /\bCOMMIT\b/.test(String(sql)) ? storeOf(database) : null,
  );
  watch(Socket.prototype, "write", linkOf);
  for (const method of ["writeFileSync", "appendFileSync", "renameSync"]) watch(fs, method, () => "file");
  syncBuiltinESMExports();
  // In virtual time every message and every timer is one turn of the event loop: this is each moment between two of them.
  watch(globalThis, "setImmediate", () => "turn");
  process.on("exit", () => note({ passes }));
}
