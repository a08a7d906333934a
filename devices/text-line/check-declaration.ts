import type { Fault, ValueSpec, ValueSpecs } from "@labloop/contracts";
import { counterUnclear, unknownNames } from "@labloop/driver";
import { convert, parseUnit } from "@labloop/protocol/units";
import { groupsOf } from "./answer.ts";
import type { AtOnce, TextDeclaration, TextOperation } from "./declaration.ts";
import { wrongWithTemplate } from "./template.ts";

type Path = readonly (string | number)[];
/** `restsOn` is what a fault follows from, by default its own place: what the schema has refused there says nothing. */
interface Report {
  (path: Path, code: string, message: string, hint?: string, restsOn?: readonly Path[]): void;
  readonly isWhole: (path: Path) => boolean;
}

/**
 * Returns everything in a declaration that its schema does not see, each fault with its path. `isWhole` tells of a declaration
 * that the schema has refused in part what was left as it was written.
 */
export function checkDeclaration(
  declared: TextDeclaration,
  faultAt: (path: Path, fault: Fault) => Fault,
  isWhole: (path: Path) => boolean = () => true,
): Fault[] {
  const faults: Fault[] = [];
  const report: Report = Object.assign(
    (path: Path, code: string, message: string, hint?: string, restsOn: readonly Path[] = [path]) => {
      if (!restsOn.every(isWhole)) return;
      faults.push(faultAt(path, { code, message, ...(hint === undefined ? {} : { hint }) }));
    },
    { isWhole },
  );
  checkPattern(["identify", "answer"], declared.identify.answer, report);
  if (declared.errors !== undefined) checkPattern(["errors", "none"], declared.errors.none, report);
  if (declared.health !== undefined) checkPattern(["health", "ok"], declared.health.ok, report);
  checkAtOnce(["halt"], declared.halt, report);
  for (const { path, code, message, restsOn } of unknownNames(declared)) {
    report(path, `text.${code}`, message, undefined, restsOn);
  }
  for (const [name, channel] of Object.entries(declared.telemetry?.channels ?? {})) {
    const at = ["telemetry", "channels", name];
    checkUnit([...at, "unit"], channel.unit, report);
    const groups = checkPattern([...at, "answer"], channel.answer, report);
    if (groups !== null && !groups.includes("value")) {
      report([...at, "answer"], "text.noGroup", `the pattern of ${name} has no group (?<value>...)`);
    }
  }
  for (const [name, operation] of Object.entries(declared.operations)) {
    checkOperation(["operations", name], operation, report);
  }
  return faults;
}

function checkAtOnce(at: Path, lines: readonly AtOnce[] | undefined, report: Report): void {
  lines?.forEach((line, index) => {
    if (typeof line !== "string") checkPattern([...at, index, "answer"], line.answer, report);
  });
}

function checkOperation(at: Path, operation: TextOperation, report: Report): void {
  const { params, result, probe, retryClass, until } = operation;
  for (const [kind, specs] of [
    ["params", params],
    ["result", result],
  ] as const) {
    for (const [name, spec] of Object.entries(specs)) {
      if ("unit" in spec) checkUnit([...at, kind, name, "unit"], spec.unit, report);
    }
  }
  checkAtOnce([...at, "stop"], operation.stop, report);
  const line = (path: Path, template: string) => checkTemplate(path, template, at, params, report);
  operation.do.forEach((step, index) => {
    if ("tell" in step) line([...at, "do", index, "tell"], step.tell);
    else {
      line([...at, "do", index, "ask"], step.ask);
      checkPattern([...at, "do", index, "answer"], plain(step.answer), report);
      for (const [name, fault] of Object.entries(step.faults)) {
        checkPattern([...at, "do", index, "faults", name, "answer"], fault.answer, report);
      }
    }
  });
  if (until !== undefined) {
    line([...at, "until", "ask"], until.ask);
    checkPattern([...at, "until", "done"], until.done, report);
    if (until.failed !== undefined) checkPattern([...at, "until", "failed"], until.failed, report);
  }
  const filled = new Set<string>();
  operation.read.forEach((step, index) => {
    const here = [...at, "read", index];
    line([...here, "ask"], step.ask);
    if ("block" in step) {
      filled.add(step.block);
      const spec = result[step.block];
      if (!report.isWhole([...at, "result", step.block])) return;
      if (spec?.type !== "series") report([...here, "block"], "text.noSeries", `no result "${step.block}" is a series`);
      else if (step.unit !== undefined) checkConversion([...here, "unit"], step.unit, spec, report);
      return;
    }
    const groups = checkPattern([...here, "answer"], step.answer, report) ?? [];
    for (const group of groups) {
      filled.add(group);
      if (result[group] === undefined) {
        const known = Object.keys(result).join(", ") || "none";
        const message = `the group "${group}" is no result; results here: ${known}`;
        report([...here, "answer"], "text.noResult", message, undefined, [here, [...at, "result", group]]);
      }
    }
    checkUnits([...here, "units"], step.units, [...at, "result"], result, report);
    if (step.again !== undefined) checkPattern([...here, "again"], step.again, report);
    for (const [name, fault] of Object.entries(step.faults)) {
      checkPattern([...here, "faults", name, "answer"], fault.answer, report);
    }
  });
  for (const name of Object.keys(result)) {
    if (filled.has(name)) continue;
    const hint = `read it: a pattern with a group (?<${name}>...), or a block`;
    const here = [...at, "result", name];
    const message = `nothing that is read gives the result "${name}"`;
    report(here, "text.resultUnread", message, hint, [here, [...at, "read"]]);
  }
  if (probe === undefined && retryClass === "non-repeatable") {
    const hint = "say under probe how one finds out whether it took place, or name it idempotent or retry-safe";
    const restsOn = [
      [...at, "probe"],
      [...at, "retryClass"],
    ];
    report(at, "text.probeMissing", "an act that must not be done twice needs a probe", hint, restsOn);
  }
  if (probe !== undefined) checkProbe(at, probe, params, report);
}

function checkProbe(
  operation: Path,
  probe: NonNullable<TextOperation["probe"]>,
  params: ValueSpecs,
  report: Report,
): void {
  const at = [...operation, "probe"];
  const line = (path: Path, template: string) => checkTemplate(path, template, operation, params, report);
  if ("counter" in probe) {
    if (probe.rises === undefined)
      report([...at, "counter"], "text.counterRises", counterUnclear.message, counterUnclear.hint, [at]);
    line([...at, "counter", "ask"], probe.counter.ask);
    const groups = checkPattern([...at, "counter", "answer"], probe.counter.answer, report);
    if (groups !== null && !groups.includes("count")) {
      report([...at, "counter", "answer"], "text.noGroup", "the pattern of a counter has no group (?<count>...)");
    }
    if (probe.running !== undefined) {
      line([...at, "running", "ask"], probe.running.ask);
      checkPattern([...at, "running", "answer"], plain(probe.running.answer), report);
    }
    return;
  }
  if ("readBack" in probe) {
    const here = [...at, "readBack"];
    line([...here, "ask"], probe.readBack.ask);
    const groups = checkPattern([...here, "answer"], probe.readBack.answer, report);
    for (const group of groups ?? []) {
      if (params[group] === undefined) {
        const message = `the group "${group}" is no parameter to compare with`;
        const restsOn = [here, [...operation, "params", group]];
        report([...here, "answer"], "text.noParameter", message, undefined, restsOn);
      }
    }
    if (groups?.length === 0)
      report([...here, "answer"], "text.noGroup", "nothing is read back: the pattern has no group");
    checkUnits([...here, "units"], probe.readBack.units, [...operation, "params"], params, report);
    return;
  }
  line([...at, "says", "ask"], probe.says.ask);
  for (const name of ["happened", "notHappened", "running"] as const) {
    const pattern = probe.says[name];
    if (pattern === undefined) continue;
    line([...at, "says", name], pattern);
    checkPattern([...at, "says", name], plain(pattern), report);
  }
}

/** A pattern with something plain in the place of each parameter. */
function plain(pattern: string): string {
  return pattern.replace(/\{[A-Za-z_]\w*(?::[^:{}]+)*\}/gu, "0");
}

function checkTemplate(at: Path, template: string, operation: Path, params: ValueSpecs, report: Report): void {
  const isKnown = (name: string) => report.isWhole([...operation, "params", name]);
  for (const wrong of wrongWithTemplate(template, params, isKnown)) report(at, "text.template", wrong);
}

function checkPattern(at: Path, pattern: string, report: Report): string[] | null {
  const groups = groupsOf(pattern);
  if (groups === null) report(at, "text.pattern", `this is no regular expression: ${pattern}`);
  return groups;
}

function checkUnit(at: Path, unit: string, report: Report): void {
  const parsed = parseUnit(unit);
  for (const fault of parsed.ok ? [] : parsed.faults) report(at, fault.code, fault.message, fault.hint);
}

function checkUnits(
  at: Path,
  units: Readonly<Record<string, string>>,
  specsAt: Path,
  specs: ValueSpecs,
  report: Report,
): void {
  for (const [name, unit] of Object.entries(units)) {
    if (!report.isWhole([...specsAt, name])) continue;
    const spec = specs[name];
    if (spec === undefined || !("unit" in spec)) report([...at, name], "text.unitUnused", `"${name}" has no unit here`);
    else checkConversion([...at, name], unit, spec, report);
  }
}

function checkConversion(at: Path, from: string, spec: Extract<ValueSpec, { unit: string }>, report: Report): void {
  const outcome = convert(1, from, spec.unit);
  for (const fault of outcome.ok ? [] : outcome.faults) report(at, fault.code, fault.message, fault.hint);
}
