import { type Fault, type LabDescription, type Outcome, ProtocolDocument, type ProtocolStep } from "@labloop/contracts";
import { type ReadDocument, readDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import type { Path } from "../documents/yaml-tree.ts";
import { type InputKind, type StepNames, tableNotRead } from "../expressions/step-scope.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { one } from "../units/unit.ts";
import { mayHaveCapability } from "../unknown-in-lab.ts";
import { checkParam, type ParamContext } from "./check-param.ts";
import type { CheckedParam, CheckedProtocol, CheckedStep } from "./checked-protocol.ts";
import { eligibleDevices, type EligibleOperation, findOperation, strictness } from "./eligible-operation.ts";
import { followPart, roleOf } from "./part-flow.ts";
import { settle } from "./report.ts";

/** Chosen: keeps the order between all steps cheap to know. */
const mostSteps = 500;

/** Returns the protocol that a `protocol.yaml` holds, checked against what a lab can do, or every fault of the file. */
export function checkProtocol(source: SourceText, description: LabDescription): Outcome<CheckedProtocol> {
  const { protocol, faults } = examineProtocol(source, description);
  return settle(protocol, faults);
}

/** A protocol as far as it could be checked. */
export interface ExaminedProtocol {
  readonly document: ProtocolDocument | null;
  /** Null when a step could not be resolved. */
  readonly protocol: CheckedProtocol | null;
  /** What each step returns, by step; a step that could not be resolved is absent. */
  readonly operations: ReadonlyMap<string, EligibleOperation>;
  readonly faults: readonly Fault[];
  /** Returns a fault with the place of a step's parameter in the file, or of the step where it has none. */
  readonly atParam: (step: string, param: string | undefined, fault: Fault) => Fault;
}

/** Reads and checks a protocol, and tells what is known of it even when it has faults. */
export function examineProtocol(source: SourceText, description: LabDescription): ExaminedProtocol {
  const read = readDocument(source, ProtocolDocument);
  const document = read.value;
  const operations = new Map<string, EligibleOperation>();
  const faults = [...read.faults];
  const atParam: ExaminedProtocol["atParam"] = (key, param, fault) => {
    const index = document?.steps.findIndex(({ step }) => step === key) ?? -1;
    return read.atValue(["steps", index, ...(param === undefined ? ["use"] : ["with", param])], fault);
  };
  if (document === null) return { document, protocol: null, operations, faults, atParam };
  if (document.steps.length > mostSteps) {
    faults.push(read.atValue(["steps"], faultOf("protocol.tooLong", `a protocol has at most ${mostSteps} steps`)));
    return { document, protocol: null, operations, faults, atParam };
  }
  const check: Check = { document, description, read, faults, names: namesOf(document, description, read, faults) };
  const afterOf = document.steps.map((step, index) => checkOrder(check, step, index));
  const flow = followPart(document, afterOf, (index, path, fault) => {
    faults.push(read.atValue(["steps", index, ...path], fault));
  });
  const steps = document.steps.flatMap((step, index): CheckedStep[] => {
    const operation = checkUse(check, step, index);
    if (operation === undefined) return [];
    operations.set(step.step, operation);
    const role = roleOf(step.use);
    const params = checkParams(check, step, index, operation);
    const moved = [step.part?.from, step.part?.to].filter((name) => name !== undefined);
    const claims = [...new Set([role, ...moved])];
    checkClaims(check, params, claims, index);
    return [
      {
        key: step.step,
        role,
        op: step.use.slice(role.length + 1),
        params,
        retryClass: checkRetryClass(check, step, index, operation),
        ...(step.precond === undefined ? {} : { precond: step.precond }),
        durations: operation.durations,
        maxMs: operation.maxMs,
        after: afterOf[index] ?? [],
        claims,
        partFrom: flow[index]?.partFrom ?? null,
        partTo: flow[index]?.partTo ?? null,
      },
    ];
  });
  const isWhole = steps.length === document.steps.length;
  const protocol = isWhole ? { document, inputs: check.names.inputs, steps } : null;
  return { document, protocol, operations, faults, atParam };
}

interface Check {
  readonly document: ProtocolDocument;
  readonly description: LabDescription;
  readonly read: ReadDocument<ProtocolDocument>;
  readonly faults: Fault[];
  readonly names: StepNames;
}

function namesOf(
  document: ProtocolDocument,
  description: LabDescription,
  read: ReadDocument<ProtocolDocument>,
  faults: Fault[],
): StepNames {
  const capabilities = [...new Set(Object.values(description.devices).map(({ capability }) => capability))];
  for (const [role, capability] of Object.entries(document.roles)) {
    if (capabilities.includes(capability) || mayHaveCapability(description, capability)) continue;
    const message = `no device of the lab '${description.lab}' is a ${capability}`;
    const hint = suggestOrList(capability, capabilities, "capabilities");
    faults.push(read.atValue(["roles", role], faultOf("protocol.capabilityMissing", message, hint)));
  }
  const inputs = new Map<string, InputKind>();
  for (const [name, { unit, options }] of Object.entries(document.inputs)) {
    if (unit === undefined) {
      inputs.set(name, { options: options ?? [] });
      continue;
    }
    const parsed = parseUnit(unit);
    if (!parsed.ok) faults.push(...parsed.faults.map((fault) => read.atValue(["inputs", name, "unit"], fault)));
    inputs.set(name, { unit: parsed.ok ? parsed.value : one });
  }
  const { places, tables, unknown } = description;
  return { inputs, roles: Object.keys(document.roles), places, tables, unknown };
}

/** Steps wait for earlier ones only, so there can be no cycle. */
function checkOrder({ document, read, faults }: Check, step: ProtocolStep, index: number): string[] {
  const keys = document.steps.map((other) => other.step);
  const earlier = keys.slice(0, index);
  if (earlier.includes(step.step)) {
    const fault = faultOf("protocol.stepRepeated", `there is an earlier step '${step.step}'`);
    faults.push(read.atValue(["steps", index, "step"], fault));
  }
  if (step.after === undefined) return earlier.slice(-1);
  return step.after.filter((key, i) => {
    if (earlier.includes(key)) return true;
    const fault = keys.includes(key)
      ? faultOf("protocol.stepOrder", `'${step.step}' cannot wait for '${key}', which does not stand above it`)
      : faultOf("protocol.stepUnknown", `there is no step '${key}'`, suggestOrList(key, earlier, "earlier steps"));
    faults.push(read.atValue(["steps", index, "after", i], fault));
    return false;
  });
}

function checkUse(check: Check, step: ProtocolStep, index: number): EligibleOperation | undefined {
  const { document, description, read, faults } = check;
  const role = roleOf(step.use);
  const capability = own(document.roles, role);
  if (capability === undefined) {
    const hint = suggestOrList(role, Object.keys(document.roles), "roles");
    faults.push(
      read.atValue(["steps", index, "use"], faultOf("protocol.roleUnknown", `there is no role '${role}'`, hint)),
    );
    return undefined;
  }
  const devices = eligibleDevices(description, capability);
  if (devices.length === 0) return undefined;
  return findOperation(devices, capability, step.use.slice(role.length + 1), (fault) => {
    faults.push(read.atValue(["steps", index, "use"], fault, role.length + 1));
  });
}

function checkParams(
  check: Check,
  step: ProtocolStep,
  index: number,
  operation: EligibleOperation,
): Record<string, CheckedParam> {
  const { document, description, read, faults, names } = check;
  const context: ParamContext = {
    names,
    devicesOf: (role) => eligibleDevices(description, own(document.roles, role) ?? "").map(([id]) => id),
  };
  const place = (name: string): Path => ["steps", index, "with", name];
  for (const name of Object.keys(step.with)) {
    if (operation.params.has(name)) continue;
    const hint = suggestOrList(name, operation.params.keys(), "parameters");
    const fault = faultOf("protocol.paramUnknown", `'${step.use}' takes no parameter '${name}'`, hint);
    faults.push(read.atKey(place(name), fault));
  }
  const params: Record<string, CheckedParam> = {};
  for (const [name, specs] of operation.params) {
    const written = own(step.with, name);
    if (written === undefined) {
      const fault = faultOf("protocol.paramMissing", `'${step.use}' also takes the parameter '${name}'`);
      faults.push(read.atKey(["steps", index, Object.keys(step.with).length > 0 ? "with" : "use"], fault));
      continue;
    }
    const param = checkParam(written, specs, context);
    if (param.ok) params[name] = param.value;
    else {
      const known = param.faults.filter(({ code }) => code !== tableNotRead);
      faults.push(...known.map((fault) => read.atValue(place(name), fault, (fault.column ?? 1) - 1)));
    }
  }
  return params;
}

/** A step that reaches into a device must hold it, or it would meet another run there. */
function checkClaims(
  { read, faults }: Check,
  params: Readonly<Record<string, CheckedParam>>,
  claims: readonly string[],
  index: number,
): void {
  for (const [name, param] of Object.entries(params)) {
    if (param.kind !== "device" || claims.includes(param.role)) continue;
    const message = `this step names the device of '${param.role}' without holding it`;
    const hint = `say how it moves the part: part: { from: …, to: ${param.role} }`;
    const fault = faultOf("protocol.deviceUnclaimed", message, hint);
    faults.push(read.atValue(["steps", index, "with", name], fault));
  }
}

function checkRetryClass({ read, faults }: Check, step: ProtocolStep, index: number, operation: EligibleOperation) {
  const asked = step.retryClass ?? operation.retryClass;
  if (strictness.indexOf(asked) >= strictness.indexOf(operation.retryClass)) return asked;
  const message = `'${asked}' is looser than '${operation.retryClass}', which the device asks for`;
  const fault = faultOf(
    "protocol.retryClassLooser",
    message,
    "a protocol may tighten the retry class, never loosen it",
  );
  faults.push(read.atValue(["steps", index, "retryClass"], fault));
  return operation.retryClass;
}
