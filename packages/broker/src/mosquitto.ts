import { pbkdf2Sync, randomBytes } from "node:crypto";
import { topicOf, wholeLab } from "@labloop/contracts";
import { type Identity, rights, type Right, userOf } from "./access.ts";

/** As `mosquitto_passwd` of 2.0 writes it by default; the secrets are random and need no more. */
const iterations = 101;
const saltBytes = 12;
const hashBytes = 64;

/** Returns a password file of Mosquitto 2: for each user the PBKDF2-SHA512 hash of a secret (`$7$`). */
export function mosquittoPasswords(secrets: Readonly<Record<string, string>>): string {
  const lines = Object.entries(secrets).map(([user, secret]) => {
    const salt = randomBytes(saltBytes);
    const hash = pbkdf2Sync(secret, salt, iterations, hashBytes, "sha512");
    return `${user}:$7$${iterations}$${salt.toString("base64")}$${hash.toString("base64")}\n`;
  });
  return lines.join("");
}

/**
 * Returns an ACL file of Mosquitto 2 that grants these clients of a lab what the embedded broker would, and nothing to
 * anybody else. Mosquitto lets everybody subscribe to anything and withholds what may not be heard when it is delivered.
 */
export function mosquittoAcl(lab: string, identities: readonly Identity[]): string {
  const sections = identities.map((identity) => {
    const lines = (access: "read" | "write", granted: readonly Right[]) =>
      granted.map(({ key, whose }) => {
        const name = key === "estop" ? wholeLab : whose === "own" ? identity.name : "+";
        return `topic ${access} ${topicOf(lab, key, name)}\n`;
      });
    const { say, hear } = rights[identity.role];
    return `user ${userOf(identity)}\n${lines("write", say).join("")}${lines("read", hear).join("")}`;
  });
  return sections.join("\n");
}

export interface MosquittoSettings {
  readonly port: number;
  readonly passwordFile: string;
  readonly aclFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Returns a configuration of Mosquitto 2 for a lab on a network; all files by absolute paths. */
export function mosquittoConfig({ port, passwordFile, aclFile, certFile, keyFile }: MosquittoSettings): string {
  return `# Mosquitto 2 for a lab. Every file named here must be readable by the account that Mosquitto runs as.
listener ${port}
certfile ${certFile}
keyfile ${keyFile}
tls_version tlsv1.2

allow_anonymous false
password_file ${passwordFile}
acl_file ${aclFile}
# A client's id is its user, so that nobody takes another's place.
use_username_as_clientid true

set_tcp_nodelay true
max_packet_size 524288
max_qos 1
max_keepalive 60
max_connections 1024
# Nothing that was on its way survives a restart: what must hold is in the journals at both ends.
persistence false

# What Mosquitto cannot do: refuse the retain flag on cmd and ctl alone (devices refuse what comes with it), limit the
# rate of a client's messages, or refuse a subscription (it withholds the messages instead).
`;
}
