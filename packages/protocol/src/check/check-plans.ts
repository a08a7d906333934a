import type { CampaignDocument, Design, Fault, LabDescription } from "@labloop/contracts";
import { planNames, planSteps, violationFault } from "../compile-plan.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { searchTables } from "../expressions/search-tables.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { judgePlan, type PlanViolation } from "../safety/check-plan.ts";
import type { Envelope } from "../safety/envelope.ts";
import { type Candidates, firstOf } from "./check-candidates.ts";
import type { ExaminedProtocol } from "./check-protocol.ts";
import type { CheckedParam, CheckedProtocol } from "./checked-protocol.ts";

/** What plans are made and judged by. */
export interface Plans {
  readonly protocol: CheckedProtocol;
  readonly atParam: ExaminedProtocol["atParam"];
  readonly description: LabDescription;
  readonly envelope: Envelope;
}

/** Returns why examples of a space cannot be compiled or lie outside the envelope, as of candidates; each fault names the first of them. */
export function exampleFaults(plans: Plans, points: readonly Design[], read: ReadDocument<CampaignDocument>): Fault[] {
  const of = new Map<string, { fault: Fault; points: Set<Design> }>();
  for (const point of points) {
    const found = planFaults(plans, { points: [point], lines: [1] }, "");
    const at = Object.entries(point)
      .map(([name, value]) => `${name} = ${value}`)
      .join(", ");
    for (const fault of found) {
      const key = `${fault.file} ${fault.path} ${fault.code}`;
      const earlier = of.get(key);
      // One point may break the same limit on several devices.
      if (earlier !== undefined) earlier.points.add(point);
      else if (fault.file !== "") of.set(key, { fault, points: new Set([point]) });
      else {
        const { code, message, hint } = fault;
        const told = faultOf(code, `with ${at}: ${message}`, hint ?? "narrow the ranges, or add a constraint");
        of.set(key, { fault: read.atKey(["parameters"], told), points: new Set([point]) });
      }
    }
  }
  return [...of.values()].map(({ fault, points: { size } }) =>
    size === 1
      ? fault
      : { ...fault, message: `${fault.message} (and in ${size - 1} of ${points.length - 1} other examples)` },
  );
}

/** Returns why candidates cannot be compiled or lie outside the envelope, each with its line: any of them may be proposed. */
export function planFaults(
  { protocol, atParam, description, envelope }: Plans,
  { points, lines }: Candidates,
  file: string,
): Fault[] {
  const names = planNames(protocol, description);
  const search = searchTables(description.tables);
  const kinds = new Map<string, Fault[]>();
  const note = (kind: string, fault: Fault) => kinds.set(kind, [...(kinds.get(kind) ?? []), fault]);
  const written = new Map<string, Fault>();
  points.forEach((point, i) => {
    const steps = planSteps(protocol, point, names, search);
    const noteLine = (fault: Fault, about = "") => {
      const at = { file, line: lines[i] ?? 1, column: 1, message: `${fault.message} (${fault.path})` };
      note(`${fault.path} ${fault.code} ${about}`, { ...fault, ...at });
    };
    if (!steps.ok) {
      for (const fault of steps.faults) noteLine(fault);
      return;
    }
    const plan = { roles: protocol.document.roles, steps: steps.value };
    for (const violation of judgePlan(envelope, plan, description)) {
      const fault = violationFault(violation);
      const params = paramsOf(protocol, violation);
      // What a parameter is that was not understood was told before.
      if (params === null) continue;
      if (params.some(({ kind }) => kind === "expression")) noteLine(fault, violation.hint);
      // What the protocol itself says is told once, where it says it.
      else written.set(`${fault.path} ${fault.message}`, atParam(violation.step, violation.params[0], fault));
    }
  });
  return [...written.values(), ...[...kinds.values()].flatMap(firstOf)];
}

/** The parameters that a violation is about; null when one of them is not known. */
function paramsOf({ steps }: CheckedProtocol, { step, params }: PlanViolation): CheckedParam[] | null {
  const checked = steps.find(({ key }) => key === step)?.params ?? {};
  const found = params.flatMap((param) => own(checked, param) ?? []);
  return found.length === params.length ? found : null;
}
