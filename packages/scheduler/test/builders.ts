import type { Plan, PlanStep } from "@labloop/contracts";
import type { DeviceView, LabState, RunState } from "@labloop/scheduler";

const minute = 60_000;

/** A step as the tests write it: what differs from a step of `role` that leaves the part where it is. */
export type StepSketch = Partial<Omit<PlanStep, "key" | "role">> & { readonly key: string; readonly role: string };

/** A plan of the given roles; a step follows the one above unless it says otherwise. */
export function planOf(roles: Record<string, string>, sketches: readonly StepSketch[]): Plan {
  const steps = sketches.map((sketch, index): PlanStep => {
    const above = sketches[index - 1];
    return {
      op: "act",
      params: {},
      retryClass: "non-repeatable",
      typicalMs: minute,
      maxMs: 10 * minute,
      after: above === undefined ? [] : [above.key],
      claims: [sketch.role],
      partFrom: null,
      partTo: null,
      ...sketch,
    };
  });
  const digest = "0".repeat(64);
  return { protocol: "test", version: "1.0.0", protocolDigest: digest, parameters: {}, roles, steps, executedBy: [] };
}

/** A plan whose part appears on the first station and is carried by `arm` along the others and out of the lab. */
export function routePlan(roles: Record<string, string>, stations: readonly string[]): Plan {
  const steps = stations.flatMap((station, index): StepSketch[] => {
    const before = stations[index - 1];
    if (before === undefined) return [{ key: "make", role: station, partTo: station }];
    return [
      { key: `move${index}`, role: "arm", claims: ["arm", before, station], partFrom: before, partTo: station },
      { key: `use${index}`, role: station, partFrom: station, partTo: station },
    ];
  });
  const last = stations.at(-1) ?? "";
  return planOf(roles, [...steps, { key: "clear", role: "arm", claims: ["arm", last], partFrom: last }]);
}

/** A free, available device. */
export function device(id: string, capability: string, changes: Partial<DeviceView> = {}): DeviceView {
  return { id, capability, operations: ["act"], isAvailable: true, holder: null, lastUsedAt: null, ...changes };
}

/** A queued run. */
export function run(runId: string, plan: Plan, changes: Partial<RunState> = {}): RunState {
  return { runId, queuedAt: 0, plan, bindings: {}, done: [], open: null, partRole: null, isHeld: false, ...changes };
}

/** The demo's recipe: print, weigh, crush, with the arm between them. */
export const demoPlan = routePlan({ printer: "fdm-printer", arm: "arm", balance: "balance", tester: "tester" }, [
  "printer",
  "balance",
  "tester",
]);

/** The demo's lab: five printers, an arm, a balance and a tester. */
export const demoLab: LabState = {
  devices: [
    ...[1, 2, 3, 4, 5].map((n) => device(`printer-${n}`, "fdm-printer")),
    device("arm-1", "arm"),
    device("balance-1", "balance"),
    device("tester-1", "tester"),
  ],
};
