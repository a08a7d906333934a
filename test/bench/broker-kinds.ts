import { openBroker } from "@labloop/broker";
import type { Log } from "@labloop/contracts";
import { openMosquitto, whyNoMosquitto } from "../support/mosquitto.ts";

/** A broker to measure on. */
interface BenchBroker {
  readonly kind: "aedes" | "Mosquitto";
  readonly url: string;
}

/** Opens the embedded broker, and then a Mosquitto where there is one, and does the work on each. */
export async function onEachBroker(lab: string, log: Log, work: (broker: BenchBroker) => Promise<void>): Promise<void> {
  const aedes = await openBroker({ lab, log });
  try {
    await work({ kind: "aedes", url: aedes.url });
  } finally {
    await aedes.close();
  }
  const why = whyNoMosquitto();
  if (why !== null) {
    console.error(`not measured on Mosquitto: ${why}`);
    return;
  }
  const mosquitto = await openMosquitto();
  try {
    await work({ kind: "Mosquitto", url: mosquitto.url });
  } finally {
    await mosquitto.close();
  }
}
