import type { Plan } from "@labloop/contracts";
import type { LabState, RunState } from "@labloop/scheduler";
import fc from "fast-check";
import { device, planOf, routePlan, run } from "./builders.ts";

const kinds = ["oven", "reader", "shaker"] as const;

/** A lab with one to three devices of each kind and one or two arms. */
const labs: fc.Arbitrary<LabState> = fc
  .record({
    counts: fc.tuple(...kinds.map(() => fc.integer({ min: 1, max: 3 }))),
    arms: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ counts, arms }) => {
    const stations = kinds.flatMap((kind, index) => names(kind, counts[index] ?? 1).map((id) => device(id, kind)));
    return { devices: [...stations, ...names("arm", arms).map((id) => device(id, "arm"))] };
  });

/** A route through stations, some of them more than once, with rinses beside it; the lab has a device for every role. */
function plans(lab: LabState) {
  const roles = kinds.flatMap((kind) =>
    lab.devices.filter(({ capability }) => capability === kind).map((_, index) => [`${kind}${index}`, kind] as const),
  );
  const stations = fc.constantFrom(...roles.map(([role]) => role));
  return fc
    .record({
      route: fc.array(stations, { minLength: 1, maxLength: 5 }),
      rinses: fc.array(fc.record({ role: stations, place: fc.nat({ max: 10 }) }), { maxLength: 2 }),
    })
    .map(({ route, rinses }) => {
      const visited = route.filter((role, index) => role !== route[index - 1]);
      const plan = routePlan(Object.fromEntries([...roles, ["arm", "arm"]]), visited);
      return rinses.reduce((grown, { role, place }, index) => withRinse(grown, `rinse${index}`, role, place), plan);
    });
}

/** The plan with one step more that does not touch the part and may run beside those around it. */
function withRinse(plan: Plan, key: string, role: string, place: number): Plan {
  const at = 1 + (place % plan.steps.length);
  const above = plan.steps[at - 1];
  const stand = above?.partTo ?? null;
  const sketch = { key, role, after: above === undefined ? [] : [above.key], partFrom: stand, partTo: stand };
  const rinse = planOf(plan.roles, [sketch]).steps;
  return { ...plan, steps: [...plan.steps.slice(0, at), ...rinse, ...plan.steps.slice(at)] };
}

/** Random labs with up to eight queued runs of up to three protocols. */
export const scenarios: fc.Arbitrary<{ lab: LabState; runs: RunState[] }> = labs.chain((lab) =>
  fc.record({
    lab: fc.constant(lab),
    runs: fc
      .array(plans(lab), { minLength: 1, maxLength: 3 })
      .chain((protocols) => fc.array(fc.constantFrom(...protocols), { minLength: 1, maxLength: 8 }))
      .map((chosen) => chosen.map((plan, index) => run(`run-${index}`, plan, { queuedAt: index }))),
  }),
);

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}
