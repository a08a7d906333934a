import { isLoopback } from "@labloop/broker/is-loopback";
import { LabError, type Log } from "@labloop/contracts";
import type { Uploads } from "@labloop/gateway/open-uploads";
import { parseHostAndPort } from "./open-wires.ts";

/** What the engine's place for large results wants to be shown; given to engine and drivers alike. */
export const uploadToken = (): string | undefined => process.env["LABLOOP_UPLOAD_TOKEN"];

/**
 * Opens the place where devices put large results, or returns null where they could not reach it: then results are fetched
 * in chunks. On loopback, beside a broker that is there too, it is open to this machine; `LABLOOP_UPLOADS=HOST:PORT` opens
 * it to others, with a token. Throws `usage.badAddress`, and as `openUploads` does.
 */
export async function openUploadsBeside(broker: string, log: Log): Promise<Uploads | null> {
  const wanted = process.env["LABLOOP_UPLOADS"];
  const isNear = isLoopback(URL.parse(broker)?.hostname.replace(/^\[|\]$/g, "") ?? "");
  if (wanted === undefined && !isNear) return null;
  // Loaded here alone: drivers, too, take their token from this file.
  const { openUploads } = await import("@labloop/gateway/open-uploads");
  if (wanted === undefined) return openUploads({ token: null, log });
  const { host, port } = parseHostAndPort(wanted);
  if (host === "" || !Number.isInteger(port) || port < 1) {
    throw new LabError("usage.badAddress", `LABLOOP_UPLOADS is ${wanted}, and should be HOST:PORT`);
  }
  return openUploads({ host, port, token: uploadToken() ?? null, log });
}
