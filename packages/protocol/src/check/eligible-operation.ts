import type { Duration, LabDescription, RetryClass, ValueSpec, ValueSpecs } from "@labloop/contracts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { listOf, suggestOrList } from "../suggest.ts";
import type { DeviceSpec } from "./checked-protocol.ts";
import type { Report } from "./report.ts";

type Device = LabDescription["devices"][string];
type Operation = Device["operations"][string];

/** One operation as every device that may do it offers it. */
export interface EligibleOperation {
  readonly params: ReadonlyMap<string, readonly DeviceSpec[]>;
  readonly result: ValueSpecs;
  /** The strictest of the devices'. */
  readonly retryClass: RetryClass;
  /** Of every device, since any of them may be the one. */
  readonly durations: readonly Duration[];
  /** The longest of the devices'. */
  readonly maxMs: number;
}

/** Retry classes from loose to strict. */
export const strictness: readonly RetryClass[] = ["idempotent", "retry-safe", "non-repeatable"];

/** Returns the devices that can play a role, by id. */
export function eligibleDevices({ devices }: LabDescription, capability: string): [string, Device][] {
  return Object.entries(devices).filter(([, device]) => device.capability === capability);
}

/**
 * Returns an operation as all eligible devices offer it. A plan may be bound to any of them, so an operation that one of
 * them lacks, or takes differently, is a fault.
 */
export function findOperation(
  devices: readonly [string, Device][],
  capability: string,
  name: string,
  report: Report,
): EligibleOperation | undefined {
  const offers = devices.flatMap(([id, device]): [string, Operation][] => {
    const operation = own(device.operations, name);
    return operation === undefined ? [] : [[id, operation]];
  });
  const [first] = offers;
  if (first === undefined) {
    const known = [...new Set(devices.flatMap(([, { operations }]) => Object.keys(operations)))];
    const message = `no ${capability} of this lab has an operation '${name}'`;
    report(faultOf("protocol.operationUnknown", message, suggestOrList(name, known, "operations")));
    return undefined;
  }
  const lacking = devices.filter(([id]) => !offers.some(([other]) => other === id)).map(([id]) => id);
  if (lacking.length > 0) {
    const message = `'${name}' is not offered by ${listOf(lacking)}, which may also be chosen as ${capability}`;
    report(faultOf("protocol.operationUnknown", message));
  }
  for (const [id, operation] of offers.slice(1)) {
    const difference =
      differenceOf(first[1].params, operation.params) ?? differenceOf(first[1].result, operation.result);
    if (difference === undefined) continue;
    report(faultOf("lab.capabilityMismatch", `'${name}' of ${id} and of ${first[0]} differ in '${difference}'`));
    return undefined;
  }
  const operations = offers.map(([, operation]) => operation);
  return {
    params: new Map(
      Object.keys(first[1].params).map((param) => [
        param,
        offers.flatMap(([device, { params }]): DeviceSpec[] => {
          const spec = own(params, param);
          return spec === undefined ? [] : [{ device, spec }];
        }),
      ]),
    ),
    result: first[1].result,
    retryClass:
      strictness.findLast((retryClass) => operations.some((o) => o.retryClass === retryClass)) ?? "non-repeatable",
    durations: operations.map(({ duration }) => duration),
    maxMs: Math.ceil(Math.max(1, ...operations.map(({ duration }) => duration.maxMs))),
  };
}

/** The first name whose type or unit is not the same on both sides; limits may differ. */
function differenceOf(a: ValueSpecs, b: ValueSpecs): string | undefined {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].find(
    (name) => kindOf(own(a, name)) !== kindOf(own(b, name)),
  );
}

function kindOf(spec: ValueSpec | undefined): string {
  if (spec === undefined) return "none";
  return "unit" in spec ? `${spec.type} ${spec.unit}` : spec.type;
}
