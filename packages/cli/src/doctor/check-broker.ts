import { type BrokerInspection, inspectBroker, type InspectionOptions } from "@labloop/bus/mqtt";
import { fault, fine, type Finding, warning } from "./finding.ts";

const about = "broker";

/** Returns whether an external broker can be reached, what it is, and what it does with retained commands. */
export async function checkBroker(options: InspectionOptions): Promise<Finding[]> {
  const found: BrokerInspection = await inspectBroker(options);
  if (!found.isReached) return [unreached(options.url, found.why)];
  const version = found.version === null ? "" : ` (${found.version})`;
  const protocol = found.protocol === 5 ? "5" : "3.1.1";
  return [fine(about, "broker.reached", `reached, speaks MQTT ${protocol}${version}`), retained(found.keepsCommands)];
}

function unreached(url: string, why: string): Finding {
  const address = URL.parse(url)?.host ?? url;
  const mend = /ECONNREFUSED/.test(why)
    ? "start it, or `labloop broker LAB --port N`; check host and port of --broker"
    : /ENOTFOUND|EAI_AGAIN/.test(why)
      ? "the name of its machine is not known here: check --broker, or write the address in numbers"
      : /not authori[sz]ed|bad user|Connection refused/i.test(why)
        ? "it does not let this client in: --broker-credentials names the folder that `labloop secure` has made"
        : /certificate|self.signed|altnames/i.test(why)
          ? "its certificate is not believed: --broker-ca names the authority that signed it"
          : "check its address, a firewall on the way, and that it is running";
  return fault(about, "broker.notReached", `the broker at ${address} cannot be used: ${why}`, mend);
}

function retained(keepsCommands: boolean | null): Finding {
  if (keepsCommands === false) return fine(about, "broker.refusesKept", "refuses or forgets retained commands");
  if (keepsCommands === null) {
    return warning(about, "broker.keptUnknown", "whether it keeps retained commands cannot be seen with these rights");
  }
  const mend =
    "no need to act where only labloop sends commands; Mosquitto can turn retained messages off for all only";
  return warning(about, "broker.keepsCommands", "keeps retained commands; devices refuse them (D1)", mend);
}
