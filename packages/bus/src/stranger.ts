import { LabError } from "@labloop/contracts";
import mqtt from "mqtt";
import type { Account } from "./mqtt-bus.ts";
import { parseBrokerUrl } from "./broker-url.ts";

/** A client that publishes whatever bytes it is given, as a careless or hostile one might. */
export interface Stranger {
  publish(topic: string, bytes: Uint8Array, isRetained: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Connects, and again after the broker has ended the connection, in MQTT 3.1.1, which every broker speaks; throws `bus.badUrl` and `bus.down`. */
export async function openStranger(options: {
  readonly url: string;
  readonly clientId: string;
  readonly account?: Account | undefined;
  readonly ca?: string | undefined;
}): Promise<Stranger> {
  const { url, clientId, account, ca } = options;
  const address = parseBrokerUrl(url);
  const connect = async () => {
    const connected = await mqtt
      .connectAsync({
        ...address.options,
        ...(account === undefined ? {} : { username: account.user, password: account.secret }),
        ...(ca === undefined ? {} : { ca }),
        clientId,
        protocolVersion: 4,
        clean: true,
        reconnectPeriod: 0,
      })
      .catch((error: unknown) => {
        throw new LabError("bus.down", `no connection to ${address.name}`, { cause: error });
      });
    connected.on("error", () => {});
    return connected;
  };
  let client = await connect();
  return {
    async publish(topic, bytes, retain) {
      // A broker that minds what it was given ends the connection.
      if (!client.connected) client = await connect();
      await client.publishAsync(topic, Buffer.from(bytes), { qos: 0, retain });
    },
    close: () => client.endAsync(true),
  };
}
