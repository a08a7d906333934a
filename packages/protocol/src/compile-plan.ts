import {
  type Design,
  type DesignValue,
  type Duration,
  type ExecutedInput,
  type ExecutedLookup,
  expectedMs,
  type Fault,
  type LabDescription,
  type Outcome,
  type Plan,
  type PlannedValue,
  type PlanStep,
  type Sha256,
  type Value,
} from "@labloop/contracts";
import { settleExpression } from "./check/check-param.ts";
import type { CheckedParam, CheckedProtocol } from "./check/checked-protocol.ts";
import { searchTables, type TableSearch } from "./expressions/search-tables.ts";
import { lookupOf, type StepNames } from "./expressions/step-scope.ts";
import { faultOf, succeed } from "./outcome.ts";
import { own } from "./own.ts";
import { judgePlan, type PlanViolation } from "./safety/check-plan.ts";
import type { Envelope } from "./safety/envelope.ts";
import { listOf, suggestOrList } from "./suggest.ts";

/** SHA-256 of what a plan is compiled from: of the protocol's text. */
export interface PlanDigests {
  readonly protocol: Sha256;
}

/**
 * Returns the plan that carries out a protocol for one proposal, whose parameters are in the protocol's input units.
 *
 * Fails when the point lacks an input or names another, when a table has no row or several for it, and when a parameter
 * that follows from it is beyond a limit of a device that may do the step, or outside the safety envelope. The description
 * is the one that the protocol was checked against.
 */
export function compilePlan(
  protocol: CheckedProtocol,
  parameters: Design,
  description: LabDescription,
  digests: PlanDigests,
  envelope: Envelope = [],
): Outcome<Plan> {
  const names = planNames(protocol, description);
  const steps = planSteps(protocol, parameters, names, searchTables(description.tables));
  const faults = [...pointFaults(protocol, parameters), ...(steps.ok ? [] : steps.faults)];
  if (!steps.ok || faults.length > 0) return { ok: false, faults };
  const { document } = protocol;
  const violations = judgePlan(envelope, { roles: document.roles, steps: steps.value }, description);
  if (violations.length > 0) return { ok: false, faults: violations.map(violationFault) };
  return succeed({
    protocol: document.protocol,
    version: document.version,
    protocolDigest: digests.protocol,
    parameters: Object.fromEntries([...protocol.inputs.keys()].map((name) => [name, parameters[name] as DesignValue])),
    roles: document.roles,
    steps: steps.value,
    executedBy: executedLookups(protocol, names),
    ...executedInputs(protocol),
  });
}

/** Returns a violation of the envelope as a fault, whose `path` names the step and, where it is one, the parameter. */
export function violationFault({ step, params, message, hint }: PlanViolation): Fault {
  const path = params[0] === undefined ? `steps.${step}` : `steps.${step}.with.${params[0]}`;
  return { ...faultOf("envelope.violated", message, hint), path };
}

/** Returns what the expressions of a protocol's steps may name in a lab. */
export function planNames({ document, inputs }: CheckedProtocol, { places, tables }: LabDescription): StepNames {
  return { inputs, roles: Object.keys(document.roles), places, tables };
}

/** Returns the steps of a plan for one point; every fault names its step and parameter in `path`. */
export function planSteps(
  { steps }: CheckedProtocol,
  point: Design,
  names: StepNames,
  search: TableSearch,
): Outcome<PlanStep[]> {
  const faults: Fault[] = [];
  const planned = steps.map((step): PlanStep => {
    const params: Record<string, PlannedValue> = {};
    for (const [name, param] of Object.entries(step.params)) {
      const value = planParam(param, point, names, search);
      if (value.ok) params[name] = value.value;
      else faults.push(...value.faults.map((fault) => ({ ...fault, path: `steps.${step.key}.with.${name}` })));
    }
    const { key, role, op, retryClass, precond, durations, maxMs, after, claims, partFrom, partTo } = step;
    return {
      key,
      role,
      op,
      params,
      retryClass,
      ...(precond === undefined ? {} : { precond }),
      typicalMs: longestOf(durations, params),
      maxMs,
      after: [...after],
      claims: [...claims],
      partFrom,
      partTo,
    };
  });
  return faults.length > 0 ? { ok: false, faults } : succeed(planned);
}

/** How long a step is expected to last, whichever device does it. */
function longestOf(durations: readonly Duration[], params: Readonly<Record<string, PlannedValue>>): number {
  const known: Record<string, Value> = {};
  for (const [name, planned] of Object.entries(params)) if ("value" in planned) known[name] = planned.value;
  return Math.max(0, ...durations.map((duration) => expectedMs(duration, known)));
}

function planParam(param: CheckedParam, point: Design, names: StepNames, search: TableSearch): Outcome<PlannedValue> {
  switch (param.kind) {
    case "value":
      return succeed({ value: param.value });
    case "device":
      return succeed({ deviceOf: param.role });
    case "place":
      return succeed({ place: param.place });
    case "expression": {
      const value = settleExpression(param.expression, param.specs, names, point, search);
      return value.ok ? succeed({ value: value.value }) : value;
    }
  }
}

function pointFaults({ inputs }: CheckedProtocol, parameters: Design): Fault[] {
  const faults: Fault[] = [];
  for (const [name, input] of inputs) {
    const value = own(parameters, name);
    if ("options" in input) {
      if (typeof value === "string" && input.options.includes(value)) continue;
      const message = `'${name}' is ${JSON.stringify(value)}, none of ${listOf(input.options)}`;
      faults.push({ ...faultOf("plan.parameterOption", message), path: name });
    } else if (!Number.isFinite(value)) {
      faults.push({ ...faultOf("plan.parameterMissing", `the point has no number for '${name}'`), path: name });
    }
  }
  for (const name of Object.keys(parameters)) {
    if (inputs.has(name)) continue;
    const hint = suggestOrList(name, inputs.keys(), "inputs");
    faults.push({ ...faultOf("plan.parameterUnknown", `the protocol has no input '${name}'`, hint), path: name });
  }
  return faults;
}

/** Only a parameter that is a looked-up cell as it stands leads back to a row. */
function executedLookups({ steps }: CheckedProtocol, names: StepNames): ExecutedLookup[] {
  return steps.flatMap(({ key, params }) =>
    Object.entries(params).flatMap(([param, checked]): ExecutedLookup[] => {
      if (checked.kind !== "expression" || checked.expression.kind !== "call") return [];
      if (checked.expression.name !== "lookup") return [];
      const args = checked.expression.args.map((arg) => (arg.kind === "reference" ? arg.path : []));
      const lookup = lookupOf(args, names);
      if (!lookup.ok) return [];
      const { table, column, inputs } = lookup.value;
      return [{ step: key, param, table, column, inputs: [...inputs] }];
    }),
  );
}

/** The parameters that are inputs as they stand; what is computed of several cannot be led back. */
function executedInputs({ steps, inputs }: CheckedProtocol): Pick<Plan, "executedInputs"> {
  const taken = steps.flatMap(({ key, params }) =>
    Object.entries(params).flatMap(([param, checked]): ExecutedInput[] => {
      if (checked.kind !== "expression" || checked.expression.kind !== "reference") return [];
      const [input, ...rest] = checked.expression.path;
      const kind = input === undefined || rest.length > 0 ? undefined : inputs.get(input);
      if (input === undefined || kind === undefined) return [];
      return [{ step: key, param, input, unit: "unit" in kind ? kind.unit.code : null }];
    }),
  );
  return taken.length === 0 ? {} : { executedInputs: taken };
}
