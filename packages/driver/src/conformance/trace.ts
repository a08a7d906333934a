import type { DeviceCaps, DeviceMessage, Values } from "@labloop/contracts";
import * as z from "zod";

/** One message of a device without what differs from day to day: times, ids, numbers; `command` counts from 1. */
const Line = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** What a driver says to a fixed series of commands, as it is kept beside the driver. */
export const Trace = z.object({
  schemaVersion: z.literal(1),
  kind: z.string(),
  driverVersion: z.string(),
  lines: z.array(Line),
});
export type Trace = z.infer<typeof Trace>;

/** Messages that come as often as time allows, or that are display only. */
const unsteady: ReadonlySet<DeviceMessage["kind"]> = new Set(["progress", "stopped", "snapshot"]);

/** Returns the trace of a series, by command and in the order in which each was told. */
export function traceOf(
  { kind, driverVersion }: Pick<DeviceCaps, "kind" | "driverVersion">,
  messages: readonly DeviceMessage[],
): Trace {
  const numbers = new Map<string, number>();
  const lines = messages.flatMap((message) => {
    if (unsteady.has(message.kind)) return [];
    const id = "commandId" in message ? message.commandId : undefined;
    if (id !== undefined && !numbers.has(id)) numbers.set(id, numbers.size + 1);
    const command: Record<string, number> = id === undefined ? {} : { command: numbers.get(id) ?? 0 };
    return [{ ...command, ...skeletonOf(message) }];
  });
  // Redelivery until the ack may repeat an end, once or more.
  const once = lines.filter((line, index) => JSON.stringify(line) !== JSON.stringify(lines[index - 1]));
  return { schemaVersion: 1, kind, driverVersion, lines: once };
}

/** Returns the first difference between two traces, in words; null when there is none. */
export function differenceOf(wanted: Trace, found: Trace): string | null {
  const length = Math.max(wanted.lines.length, found.lines.length);
  for (let index = 0; index < length; index++) {
    const [a, b] = [wanted.lines[index], found.lines[index]].map((line) =>
      line === undefined ? "nothing" : JSON.stringify(line),
    );
    if (a !== b) return `message ${index + 1} is ${b}, and was ${a}`;
  }
  return null;
}

function skeletonOf(message: DeviceMessage): Record<string, string | number | boolean> {
  switch (message.kind) {
    case "report": {
      const { kind, state, physical, error, result, executed } = message;
      return {
        kind,
        state,
        physical,
        ...(error === undefined ? {} : { error: error.code }),
        ...(result === undefined ? {} : { result: shapeOf(result) }),
        ...(executed === undefined ? {} : { executed: shapeOf(executed) }),
        ...(message.resultRef === undefined ? {} : { resultRef: message.resultRef.media }),
        ...(message.partial === undefined ? {} : { partial: shapeOf(message.partial.values) }),
      };
    }
    case "refusal":
      return { kind: message.kind, code: message.code };
    case "probe-result":
      return { kind: message.kind, outcome: message.outcome, decisive: message.decisive };
    case "control-result":
      return { kind: message.kind, ok: message.ok };
    default:
      return { kind: message.kind };
  }
}

/** Names with units or types, sorted: `load:N[] peak:N`. */
function shapeOf(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (typeof value !== "object") return `${name}:${typeof value}`;
      if ("sha256" in value) return `${name}:photo`;
      return "values" in value ? `${name}:${value.unit}[]` : `${name}:${value.unit}`;
    })
    .sort()
    .join(" ");
}
