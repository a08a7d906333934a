import { type Clock, type Log, sleep } from "@labloop/contracts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
import { chunkBytes } from "../store/kept-result.ts";
import { createBackOff } from "./back-off.ts";
import { textOf } from "./text-of.ts";

/** Contract section 13. */
const longestPartBytes = 16 * 1024 * 1024;
/** How often in a row nothing may come of it before the result is left to be fetched in chunks; chosen. */
const maxFailures = 8;

export interface UploaderOptions {
  readonly store: DeviceStore;
  readonly linkClock: Clock;
  /** What the place to put results to wants to be shown, if anything. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Puts large results where the engine wants them, one after the other; each until it is there, or acknowledged. */
export interface Uploader {
  /** Tells where results are put from now on, and puts what is not acknowledged yet. */
  use(blobUrl: string): void;
  /** Puts a command's result, if it is a large one and there is a place for it. */
  offer(record: CommandRecord): void;
}

/** Returns the uploader of one driver start; what it cannot bring is fetched in chunks by the engine. */
export function createUploader({ store, linkClock, token, signal, log }: UploaderOptions): Uploader {
  const waiting = new Set<string>();
  let url: string | null = null;
  let isBusy = false;

  const bytesFrom = (sha256: string, offset: number, length: number): Uint8Array<ArrayBuffer> | null => {
    const part = new Uint8Array(length);
    for (let at = 0; at < length; at += chunkBytes) {
      const chunk = store.resultChunk(sha256, (offset + at) / chunkBytes);
      if (chunk === null) return null;
      part.set(chunk.bytes, at);
    }
    return part;
  };

  /** Puts one part; returns from where to go on, or that it is done, or not to be done. */
  const putPart = async (place: string, sha256: string, size: number, offset: number, most: number) => {
    const length = Math.min(most, size - offset);
    const body = bytesFrom(sha256, offset, length);
    if (body === null) return "gone";
    const headers = {
      "content-type": "application/octet-stream",
      "content-range": `bytes ${offset}-${offset + length - 1}/${size}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(`${place}/${sha256}`, { method: "PUT", headers, body, signal, redirect: "error" });
    await response.arrayBuffer();
    const { status } = response;
    if (status === 201) return "done";
    if (status !== 202 && status !== 409) throw new Error(`it was answered with ${status}`);
    const held = Number(response.headers.get("x-held") ?? Number.NaN);
    if (!Number.isInteger(held / chunkBytes) || held >= size) throw new Error("it does not say from where to go on");
    return held;
  };

  const put = async (commandId: string): Promise<void> => {
    const backOff = createBackOff(250, 15_000);
    let offset = 0;
    let most = chunkBytes;
    for (let failures = 0; failures < maxFailures; ) {
      const record = signal.aborted ? null : store.find(commandId);
      const ref = record?.resultRef;
      if (record === null || record.isAcked || ref === undefined || url === null) return;
      try {
        const next = await putPart(url, ref.sha256, ref.size, offset, most);
        if (typeof next === "string") return;
        failures = next > offset ? 0 : failures + 1;
        offset = next;
        most = longestPartBytes;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        // A small part asks from where to go on.
        most = chunkBytes;
        log.debug({ commandId, reason: textOf(error) }, "a large result could not be put; trying again");
        await sleep(linkClock, backOff.next(), signal);
      }
    }
    log.warn({ commandId, place: url }, "a large result could not be put; it is left to be fetched in chunks");
  };

  const work = async (): Promise<void> => {
    for (const commandId of waiting) {
      await put(commandId);
      waiting.delete(commandId);
    }
  };

  const begin = () => {
    if (isBusy || waiting.size === 0) return;
    isBusy = true;
    work()
      .catch((error: unknown) => {
        waiting.clear();
        if (!signal.aborted) log.error({ error }, "the uploads have stopped");
      })
      .finally(() => {
        isBusy = false;
        begin();
      });
  };

  const offer = (record: CommandRecord) => {
    if (url === null || record.resultRef === undefined || record.isAcked) return;
    waiting.add(record.commandId);
    begin();
  };

  return {
    use(blobUrl) {
      const place = URL.parse(blobUrl);
      if (place === null || !["http:", "https:"].includes(place.protocol)) return;
      url = blobUrl;
      for (const record of store.unacked()) offer(record);
    },
    offer,
  };
}
