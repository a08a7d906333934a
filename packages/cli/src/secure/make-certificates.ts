import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabError } from "@labloop/contracts";

/** Chosen: as long as browsers once took, and short enough that somebody still knows how it was made. */
const serverDays = 825;
const authorityDays = 3_650;

/** A certificate authority of a lab's own and what it has signed, all PEM. */
export interface Certificates {
  readonly authorityKey: string;
  readonly authority: string;
  readonly serverKey: string;
  readonly server: string;
}

/**
 * Returns a new authority and a server certificate for these host names and addresses, made by the program `openssl`;
 * null when there is none on this machine. Throws `secure.opensslFailed` with its words.
 */
export function makeCertificates(lab: string, hosts: readonly string[]): Certificates | null {
  if (spawnSync("openssl", ["version"]).error !== undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), "labloop-secure-"));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
    if (status !== 0) {
      throw new LabError("secure.opensslFailed", `openssl ${args[0]} failed: ${stderr.trim()}`, {
        hint: "openssl 1.1.1 or newer can do it; or supply certificates of your own",
      });
    }
  };
  try {
    const names = hosts.map((host) => `${isIP(host) === 0 ? "DNS" : "IP"}:${host}`).join(",");
    writeFileSync(
      at("openssl.cnf"),
      `[req]
distinguished_name = name
prompt = no
[name]
CN = labloop lab ${lab}
[authority]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${names}
`,
    );
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", at("openssl.cnf")];
    const days = (count: number) => ["-days", String(count)];
    openssl(
      "req",
      "-x509",
      ...key,
      ...days(authorityDays),
      "-extensions",
      "authority",
      "-keyout",
      at("ca.key"),
      "-out",
      at("ca.crt"),
    );
    openssl(
      "req",
      "-new",
      ...key,
      "-subj",
      `/CN=${hosts[0] ?? lab}`,
      "-keyout",
      at("server.key"),
      "-out",
      at("server.csr"),
    );
    const authority = ["-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-CAcreateserial"];
    const extensions = ["-extfile", at("openssl.cnf"), "-extensions", "server"];
    openssl(
      "x509",
      "-req",
      "-in",
      at("server.csr"),
      ...authority,
      ...days(serverDays),
      ...extensions,
      "-out",
      at("server.crt"),
    );
    const read = (name: string) => readFileSync(at(name), "utf8");
    return {
      authorityKey: read("ca.key"),
      authority: read("ca.crt"),
      serverKey: read("server.key"),
      server: read("server.crt"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
