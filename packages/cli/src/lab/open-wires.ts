import { appendFileSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Clock, LabError, type TransportConfig } from "@labloop/contracts";
import {
  type ByteStream,
  connectSerial,
  connectTcp,
  createLifeline,
  recordWire,
  replayWire,
  type WireReplay,
} from "@labloop/driver";
import type { Plants } from "./open-world.ts";

/**
 * Returns what opens a fresh wire to a device, as its transport says; a recording or a replay is a file that is resolved from
 * the lab file.
 */
export function wireOpener(
  labPath: string,
  deviceId: string,
  transport: TransportConfig,
  { world, linkClock }: { readonly world: Plants | null; readonly linkClock: Clock },
): () => Promise<ByteStream> {
  const beside = (file: string) => resolve(dirname(labPath), file);
  if (transport === "none") return async () => createLifeline();
  if ("plant" in transport) {
    return async () => {
      if (world !== null) return world.openWire(deviceId);
      throw new LabError("lab.plantInRealLab", `${deviceId} names a plant, and this lab is real`);
    };
  }
  if ("replay" in transport) {
    let replay: WireReplay | null = null;
    return async () => {
      replay ??= replayWire(readFileSync(beside(transport.replay), "utf8"), linkClock);
      return replay.open();
    };
  }
  const { record, ...way } = transport;
  const connect = () => ("tcp" in way ? connectTcp({ ...parseHostAndPort(way.tcp), linkClock }) : connectSerial(way));
  if (record === undefined) return connect;
  return async () => recordWire(await connect(), linkClock, (line) => appendFileSync(beside(record), line));
}

/** Returns the two halves of `host:port`. */
export function parseHostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [host = "", port = ""] = text.split(":");
  return { host, port: Number(port) };
}
