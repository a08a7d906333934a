import type { Server } from "node:http";
import { LabError } from "@labloop/contracts";

/** Ports tried, from the wanted one on. */
const tries = 50;
const lastPort = 65_535;

/** The names under which a browser may ask, too (`whyRefused`). */
const loopback = ["127.0.0.1", "localhost", "::1"];

/** Where to listen. */
export interface Place {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Whether another port will not do. */
  readonly isPortFixed: boolean;
}

/** Whether nobody but this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return loopback.includes(host);
}

/** Fails with `gateway.notLoopback` for a host that others could reach: there is neither encryption nor a password yet. */
export function checkLoopback(host: string): void {
  if (isLoopback(host)) return;
  throw new LabError("gateway.notLoopback", `the dashboard does not listen on ${host}, only on loopback`, {
    hint: "use 127.0.0.1, and a tunnel (ssh -L) to watch from another machine",
  });
}

/**
 * Starts listening on the wanted port or, unless it is fixed, on the next free one.
 *
 * Fails with `gateway.portInUse` when none is free, and with `gateway.failed` when it cannot listen at all.
 */
export async function listenNear(server: Server, { host, port, isPortFixed }: Place): Promise<void> {
  const last = isPortFixed || port === 0 ? port : Math.min(port + tries - 1, lastPort);
  for (let tried = port; tried <= last; tried++) {
    const error = await listen(server, host, tried);
    if (error === null) return;
    if (!("code" in error && error.code === "EADDRINUSE")) {
      throw new LabError("gateway.failed", `cannot listen on ${host}, port ${tried}: ${error.message}`, {
        cause: error,
        hint: "choose another port",
      });
    }
  }
  const ports = last === port ? `port ${port} of ${host} is` : `ports ${port} to ${last} of ${host} are`;
  throw new LabError("gateway.portInUse", `${ports} taken by other programs`, {
    hint: "stop the program that holds it, or choose another port, or 0 for any free one",
  });
}

function listen(server: Server, host: string, port: number): Promise<Error | null> {
  return new Promise((resolve) => {
    const onError = (error: Error) => {
      server.off("listening", onListening);
      resolve(error);
    };
    const onListening = () => {
      server.off("error", onError);
      resolve(null);
    };
    server.once("error", onError);
    server.once("listening", onListening);
    server.listen({ host, port });
  });
}
