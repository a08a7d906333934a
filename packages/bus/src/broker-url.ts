import { LabError } from "@labloop/contracts";
import type mqtt from "mqtt";

/** Where the broker is; user and password are decoded and never appear in `name`. */
export interface BrokerAddress {
  readonly name: string;
  readonly options: mqtt.IClientOptions;
}

/** Returns the address in a url such as `mqtt://user:secret@host:1883` or `mqtts://host`; throws `bus.badUrl`. */
export function parseBrokerUrl(text: string): BrokerAddress {
  const url = URL.parse(text);
  const protocol = url?.protocol.replace(":", "");
  const username = decode(url?.username ?? "");
  const password = decode(url?.password ?? "");
  if (
    url === null ||
    url.hostname === "" ||
    (protocol !== "mqtt" && protocol !== "mqtts") ||
    username === null ||
    password === null
  ) {
    throw new LabError("bus.badUrl", "the broker's url must look like mqtt://host:port or mqtts://host:port", {
      hint: "in a user or password, write special characters as %40 and the like",
    });
  }
  const port = url.port === "" ? (protocol === "mqtt" ? 1883 : 8883) : Number(url.port);
  return {
    name: `${protocol}://${url.hostname}:${port}`,
    options: {
      protocol,
      // An IPv6 address stands in brackets in a url only.
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port,
      ...(username === "" ? {} : { username }),
      ...(password === "" ? {} : { password }),
    },
  };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
