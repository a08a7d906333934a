import { parseBrokerUrl } from "@labloop/bus";
import { LabError } from "@labloop/contracts";

/** Returns the address of an external broker, from the flag or else from the environment; throws `bus.badUrl`, which names what said so. */
export function brokerOf(flag: string | undefined): string | undefined {
  const url = flag ?? process.env["LABLOOP_BROKER_URL"];
  if (url === undefined) return undefined;
  try {
    parseBrokerUrl(url);
    return url;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const { code, message, hint } = error;
    const name = flag === undefined ? "LABLOOP_BROKER_URL" : "--broker";
    throw new LabError(code, `${name}: ${message}`, { cause: error, ...(hint === undefined ? {} : { hint }) });
  }
}
