import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { identityOf, userOf } from "@labloop/broker/access";
import { isLoopback } from "@labloop/broker/is-loopback";
import type { Account } from "@labloop/bus";
import { LabError, Name } from "@labloop/contracts";
import { readPinnedKeys, readSigningKey, type Seal, sealWith, type Trust, trustIn } from "@labloop/contracts/signature";
import * as z from "zod";

/** Flags that say how to reach a broker on a network; each has an environment variable that stands in for it. */
export interface BrokerFlags {
  readonly brokerCredentials?: string;
  readonly brokerCa?: string;
  readonly engineKey?: string;
  readonly enginePin?: string;
}

/** What the clients of one process show to the broker and to each other. */
export interface BrokerAccess {
  /** What it was read from: drivers in processes of their own read it again. */
  readonly flags: BrokerFlags;
  /** Of a client by its id; undefined where the broker wants none. Throws `credentials.notReadable`. */
  accountOf(clientId: string): Account | undefined;
  readonly ca: string | undefined;
  /** Only an engine has a key to seal with. */
  sealOf(clientId: string): Seal | undefined;
  readonly trust: Trust | undefined;
}

/** For a broker on loopback, where every client is believed. */
export const openAccess: BrokerAccess = {
  flags: {},
  accountOf: () => undefined,
  ca: undefined,
  sealOf: () => undefined,
  trust: undefined,
};

const ClientFile = z.object({ v: z.literal(1), lab: Name, user: z.string(), secret: z.string().min(1) });

/**
 * Returns what the flags or the environment name. A broker that is not on loopback is reached by TLS only, and only with
 * the engine's key or its pin: else anybody on the network could move a device. Throws `usage.insecureBroker`,
 * `credentials.notReadable` and `signature.badKey`.
 */
export function readBrokerAccess(url: string | undefined, flags: BrokerFlags): BrokerAccess {
  const { env } = process;
  const credentials = flags.brokerCredentials ?? env["LABLOOP_BROKER_CREDENTIALS"];
  const caFile = flags.brokerCa ?? env["LABLOOP_BROKER_CA"];
  const keyFile = flags.engineKey ?? env["LABLOOP_ENGINE_KEY"];
  const pinFile = flags.enginePin ?? env["LABLOOP_ENGINE_PIN"];
  const host = url === undefined ? null : URL.parse(url)?.hostname.replace(/^\[|\]$/g, "");
  if (url !== undefined && host != null && host !== "" && !isLoopback(host)) {
    const missing = [
      ...(url.startsWith("mqtts:") ? [] : ["TLS (mqtts://)"]),
      ...(keyFile === undefined && pinFile === undefined ? ["the engine's key or its pin"] : []),
    ];
    if (missing.length > 0) {
      throw new LabError(
        "usage.insecureBroker",
        `the broker at ${host} is not on this machine, and without ${missing.join(" and ")} anybody on the way could move a device`,
        {
          hint: "`labloop secure LAB.yaml --out DIR` makes what is needed, and says how to use it",
        },
      );
    }
  }
  const signingKey = keyFile === undefined ? null : readSigningKey(read(keyFile));
  const pins = [
    ...(signingKey === null
      ? []
      : [createPublicKey(signingKey.key).export({ format: "pem", type: "spki" }).toString()]),
    ...(pinFile === undefined ? [] : [read(pinFile)]),
  ];
  return {
    flags,
    accountOf: (clientId) => (credentials === undefined ? undefined : accountIn(credentials, clientId)),
    ca: caFile === undefined ? undefined : read(caFile),
    sealOf: (clientId) =>
      signingKey !== null && identityOf(clientId)?.role === "engine" ? sealWith(signingKey) : undefined,
    trust: pins.length === 0 ? undefined : trustIn(readPinnedKeys(pins)),
  };
}

function accountIn(folder: string, clientId: string): Account {
  const identity = identityOf(clientId);
  const user = identity === null ? clientId : userOf(identity);
  const file = join(folder, `${user}.json`);
  const content = ClientFile.safeParse(parse(read(file)));
  if (!content.success || content.data.user !== user) {
    throw new LabError("credentials.notReadable", `${file} does not hold the credentials of ${user}`, {
      hint: "`labloop secure` writes one such file a client; give this process those of its own clients",
    });
  }
  return { user, secret: content.data.secret };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new LabError("credentials.notReadable", `${file} cannot be read`, {
      cause: error,
      hint: "name files of `labloop secure`, readable by this account",
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
