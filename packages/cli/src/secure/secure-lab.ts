import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createSecret, mosquittoAcl, mosquittoConfig, mosquittoPasswords, writeCredentials } from "@labloop/broker";
import { type Identity, userOf } from "@labloop/broker/access";
import { LabError } from "@labloop/contracts";
import { kidOf } from "@labloop/contracts/signature";
import { makeCertificates } from "./make-certificates.ts";

export interface SecureOptions {
  readonly lab: string;
  readonly devices: readonly string[];
  readonly cells: readonly string[];
  /** Names of the buttons or panels that may stop the lab and nothing else. */
  readonly stops: readonly string[];
  /** Names and addresses by which clients reach the broker; the first is the one that is shown. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** An empty or missing folder; keys that exist are never overwritten. */
  readonly out: string;
}

/** What was written, by absolute paths. */
export interface SecuredLab {
  readonly folder: string;
  readonly url: string;
  readonly users: readonly string[];
  readonly engineKid: string;
  /** Whether there are certificates; without `openssl` somebody has to supply them. */
  readonly hasCertificates: boolean;
}

/**
 * Makes everything that a lab on a network needs to know its own: secrets of every client, the broker's files, the
 * engine's key pair, an authority and a server certificate. Every file is readable by its owner only. Throws
 * `secure.outNotEmpty` and `secure.opensslFailed`.
 */
export function secureLab({ lab, devices, cells, stops, hosts, port, out }: SecureOptions): SecuredLab {
  const folder = resolve(out);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new LabError("secure.outNotEmpty", `${folder} is not empty, and keys are never overwritten`, {
      hint: "choose another folder with --out; clients keep their old secrets until they are given new ones",
    });
  }
  const identities: Identity[] = [
    ...devices.map((name) => ({ role: "device", name }) as const),
    ...cells.map((name) => ({ role: "engine", name }) as const),
    ...stops.map((name) => ({ role: "stop", name }) as const),
  ];
  const users = identities.map(userOf);
  const secrets = Object.fromEntries(users.map((user) => [user, createSecret()]));
  const certificates = makeCertificates(lab, hosts);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");

  const broker = join(folder, "broker");
  for (const path of [folder, broker, join(folder, "clients")]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const write = (path: string, content: string) => {
    writeFileSync(join(folder, path), content, { mode: 0o600, flag: "wx" });
  };
  for (const [user, secret] of Object.entries(secrets)) {
    write(join("clients", `${user}.json`), `${JSON.stringify({ v: 1, lab, user, secret }, null, 2)}\n`);
  }
  write("broker/credentials.json", writeCredentials(secrets));
  write("broker/passwd", mosquittoPasswords(secrets));
  write("broker/acl", mosquittoAcl(lab, identities));
  write(
    "broker/mosquitto.conf",
    mosquittoConfig({
      port,
      passwordFile: join(broker, "passwd"),
      aclFile: join(broker, "acl"),
      certFile: join(broker, "server.crt"),
      keyFile: join(broker, "server.key"),
    }),
  );
  write("engine.key", privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  write("engine.pub", publicKey.export({ format: "pem", type: "spki" }).toString());
  if (certificates !== null) {
    write("ca.key", certificates.authorityKey);
    write("ca.crt", certificates.authority);
    write("broker/server.key", certificates.serverKey);
    write("broker/server.crt", certificates.server);
  }
  return {
    folder,
    url: `mqtts://${hosts[0] ?? "localhost"}:${port}`,
    users,
    engineKid: kidOf(publicKey),
    hasCertificates: certificates !== null,
  };
}
