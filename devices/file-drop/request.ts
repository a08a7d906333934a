import { join } from "node:path";
import { LabError } from "@labloop/contracts";
import type { DeclaredOperation } from "./declaration.ts";
import type { Asked, Exchange } from "./exchange.ts";
import { anyPattern, fill, fillName, type Filling } from "./template.ts";
import { encodeText } from "./wire.ts";

type Request = NonNullable<DeclaredOperation["request"]>;

/** Beyond this a share's clock is worth a line in the log; chosen, as for devices in the contract. */
const tolerableSkewMs = 2_000;

const partOf = (command: string) => `.${command}.part`;
const bodyPartOf = (command: string) => `.${command}.request.part`;
const withdrawnOf = (command: string) => `.${command}.withdrawn`;

/**
 * Writes the request under a name that the instrument's computer does not look at, so that to ask is one rename, and after a
 * crash what lies under that name was not asked. Throws while an earlier request has not been taken.
 */
export async function prepareRequest(
  exchange: Exchange,
  request: Request,
  filling: Filling,
  { result }: DeclaredOperation,
): Promise<{ readonly marker: string; readonly request: string; readonly shareAheadMs: number | null }> {
  const { files, linkClock, log } = exchange;
  const folder = exchange.folder(request.folder);
  await files.mustHave(folder);
  const name = fillName(request.file, filling);
  const sentinel = request.sentinel === undefined ? null : fillName(request.sentinel, filling);
  const any = anyPattern(request.sentinel ?? request.file);
  const [waiting] = await files.list(folder, (file) => any.test(file) && !file.startsWith("."));
  if (waiting !== undefined && request.taken !== "leaves") {
    throw new LabError(
      "fileDrop.busy",
      `${join(folder, waiting.name)} has not been taken by the instrument's computer`,
      {
        hint: "see whether its program is running and watches this folder",
      },
    );
  }
  // Of commands that were given up before they were asked, or were withdrawn.
  const isLeft = (file: string) => /^\.[0-9A-Z]{26}-\d+\.(request\.part|part|withdrawn)$/.test(file);
  for (const left of await files.list(folder, isLeft)) await files.remove(join(folder, left.name));

  const lines = fill(request.text, filling, result.decimal).replaceAll(
    /\r?\n/g,
    request.lineEnd === "crlf" ? "\r\n" : "\n",
  );
  const body = join(folder, sentinel === null ? partOf(filling.command) : bodyPartOf(filling.command));
  await files.write(body, encodeText(lines, request.encoding));
  let shareAheadMs: number | null = null;
  // A clock that jumps says nothing about the share's.
  if (linkClock.hold === undefined) {
    const [written] = await files.list(folder, (file) => body.endsWith(file));
    if (written !== undefined) shareAheadMs = written.changedAt - linkClock.now();
    if (Math.abs(shareAheadMs ?? 0) > tolerableSkewMs) {
      log.warn({ shareAheadMs }, "the clock of the share differs; times of its files are told as they stand");
    }
  }
  if (sentinel !== null) await files.write(join(folder, partOf(filling.command)), new Uint8Array());
  return { marker: sentinel ?? name, request: name, shareAheadMs };
}

/** Asks: puts the request where the instrument's computer sees it, the sentinel last; not any more once aborted. */
export async function placeRequest(
  exchange: Exchange,
  request: Request,
  asked: Asked,
  signal: AbortSignal,
): Promise<void> {
  const folder = exchange.folder(request.folder);
  const { command, marker, request: name } = asked;
  if (marker === null || name === null) throw new Error("the baseline of a request names no file");
  if (marker !== name) await exchange.files.rename(join(folder, bodyPartOf(command)), join(folder, name));
  signal.throwIfAborted();
  await exchange.files.rename(join(folder, partOf(command)), join(folder, marker));
}

/** Returns how far a request has come, as its folder shows it. */
export async function requestState(
  { files, folder }: Exchange,
  name: string,
  { command, marker }: Asked,
): Promise<"prepared" | "withdrawn" | "waiting" | "gone"> {
  const states = new Map<string, "prepared" | "withdrawn" | "waiting">([[partOf(command), "prepared"]]);
  states.set(withdrawnOf(command), "withdrawn");
  if (marker !== null) states.set(marker, "waiting");
  const found = await files.list(folder(name), (file) => states.has(file));
  for (const [file, state] of states) if (found.some((seen) => seen.name === file)) return state;
  return "gone";
}

/** Takes a request back that still lies there, and returns whether it did: then nobody will begin it. */
export async function withdrawRequest({ files, folder }: Exchange, at: string, asked: Asked): Promise<boolean> {
  const { command, marker, request } = asked;
  if (marker === null) return false;
  try {
    await files.rename(join(folder(at), marker), join(folder(at), withdrawnOf(command)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  if (request !== null && request !== marker) await files.remove(join(folder(at), request));
  return true;
}
