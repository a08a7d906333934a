import { canonicalJson } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";

/** Rounds of the yardstick; chosen so that it takes about a second. */
const rounds = 60_000;

/**
 * Returns the CPU seconds that this machine needs, now, for a fixed piece of the kind of work that labloop does: messages
 * written, read again, made canonical and hashed. A bound in these holds on a slow machine as on a fast one.
 */
export function yardstickS(): number {
  const before = process.cpuUsage();
  let hash = "";
  for (let round = 0; round < rounds; round++) {
    const message = {
      kind: "report",
      round,
      hash,
      values: Array.from({ length: 12 }, (_, n) => n * round),
      unit: "mm",
    };
    hash = sha256(canonicalJson(JSON.parse(JSON.stringify(message))));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
