import { hostname } from "node:os";
import { join } from "node:path";
import { LabError, Name } from "@labloop/contracts";
import { checkLab } from "@labloop/protocol";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { readSource } from "../lab/read-source.ts";
import { print, printJson } from "../say.ts";
import { secureLab } from "../secure/secure-lab.ts";
import { reportFaults } from "./report-faults.ts";

export interface SecureFlags {
  readonly out: string;
  readonly host?: readonly string[];
  readonly stop?: readonly string[];
  readonly port?: string;
  readonly json?: boolean;
}

/** `labloop secure LAB`: makes keys, credentials and a broker's configuration for a lab on a network. */
export function secure(file: string, flags: SecureFlags): ExitCode {
  const source = readSource(file);
  const checked = source.ok ? checkLab(source.value) : source;
  if (!checked.ok) return reportFaults(checked.faults, flags.json === true);
  const { lab, devices } = checked.value;
  const stops = flags.stop ?? ["panel"];
  for (const name of stops) {
    const named = Name.safeParse(name);
    if (!named.success) throw new LabError("usage.badName", `--stop ${name}: ${named.error.issues[0]?.message ?? ""}`);
  }
  const hosts = flags.host ?? [hostname().toLowerCase(), "localhost", "127.0.0.1"];
  for (const host of hosts) {
    if (!/^[A-Za-z0-9:._-]+$/.test(host)) throw new LabError("usage.badHost", `--host ${host} is no name or address`);
  }
  const port = Number(flags.port ?? 8883);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new LabError("usage.badNumber", `--port ${flags.port} is not a port number`);
  }
  const secured = secureLab({
    lab,
    devices: Object.keys(devices),
    cells: ["main"],
    stops,
    hosts,
    port,
    out: flags.out,
  });
  const { folder, url, users, engineKid, hasCertificates } = secured;
  if (flags.json === true) {
    printJson({ v: 1, ok: true, ...secured });
    return exitCode.done;
  }
  const broker = join(folder, "broker");
  print(`secrets of ${users.length} clients    ${join(folder, "clients")}: give each client its own file and no other`);
  print(`the engine's key       ${join(folder, "engine.key")}: it stays with the engine (key ${engineKid})`);
  print(`what devices pin       ${join(folder, "engine.pub")}`);
  print(
    `the broker's files     ${broker}: move them to the broker's machine; mosquitto.conf names them by their paths`,
  );
  if (hasCertificates) {
    print(`whom clients trust     ${join(folder, "ca.crt")}; its key, ca.key, belongs offline`);
  } else {
    print(`missing: certificates, since there is no openssl here. Supply, all PEM:`);
    print(`  ${join(broker, "server.crt")} and ${join(broker, "server.key")} for ${hosts.join(", ")}`);
    print(`  ${join(folder, "ca.crt")}, the authority that has signed them`);
  }
  print("");
  print(`  mosquitto -c ${join(broker, "mosquitto.conf")}`);
  print(`  labloop run CAMPAIGN --broker ${url} --broker-credentials ${join(folder, "clients")} \\`);
  print(`    --broker-ca ${join(folder, "ca.crt")} --engine-key ${join(folder, "engine.key")}`);
  return exitCode.done;
}
