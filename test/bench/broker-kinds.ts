import { openBroker } from "@labloop/broker";
import type { Log } from "@labloop/contracts";
import { openMosquitto, whyNoMosquitto } from "../support/mosquitto.ts";

/** A broker to measure on. */
export interface BenchBroker {
  readonly kind: "aedes" | "Mosquitto";
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the embedded broker, and then a Mosquitto where there is one, and does the work on each. */
export async function onEachBroker(lab: string, log: Log, work: (broker: BenchBroker) => Promise<void>): Promise<void> {
  const aedes = await openBroker({ lab, log });
  await work({ kind: "aedes", url: aedes.url, close: () => aedes.close() }).finally(() => aedes.close());
  const why = whyNoMosquitto();
  if (why !== null) {
    console.error(`not measured on Mosquitto: ${why}`);
    return;
  }
  const mosquitto = await openMosquitto();
  await work({ kind: "Mosquitto", url: mosquitto.url, close: () => mosquitto.close() }).finally(() =>
    mosquitto.close(),
  );
}
