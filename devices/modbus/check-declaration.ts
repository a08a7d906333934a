import type { Fault, ValueSpec, ValueSpecs } from "@labloop/contracts";
import { counterUnclear, unknownNames } from "@labloop/driver";
import { convert, parseUnit } from "@labloop/protocol/units";
import type { Condition, ModbusDeclaration, ModbusOperation, Write } from "./declaration.ts";

type Path = readonly (string | number)[];
/** `restsOn` is what a fault follows from, by default its own place: what the schema has refused there says nothing. */
type Report = (path: Path, code: string, message: string, hint?: string, restsOn?: readonly Path[]) => void;

/**
 * Returns everything in a declaration that its schema does not see, each fault with its path. `isWhole` tells of a declaration
 * that the schema has refused in part what was left as it was written.
 */
export function checkDeclaration(
  declared: ModbusDeclaration,
  faultAt: (path: Path, fault: Fault) => Fault,
  isWhole: (path: Path) => boolean = () => true,
): Fault[] {
  const faults: Fault[] = [];
  const report: Report = (path, code, message, hint, restsOn = [path]) => {
    if (!restsOn.every(isWhole)) return;
    faults.push(faultAt(path, { code, message, ...(hint === undefined ? {} : { hint }) }));
  };
  const { registers, identify, halt = [], telemetry, health } = declared;
  for (const [name, register] of Object.entries(registers)) {
    const at = ["registers", name];
    if (register.unit !== undefined) checkUnit([...at, "unit"], register.unit, report);
    if (register.access === "read-write" && register.kind !== "holding" && register.kind !== "coil") {
      const message = `${name} is a ${register.kind} register, which nobody can write`;
      report([...at, "access"], "modbus.readOnly", message, undefined, [at]);
    }
  }
  if (identify !== undefined) known(declared, ["identify", "register"], identify.register, report);
  for (const key of ["serial", "firmware"] as const) {
    const name = declared[key];
    if (name !== undefined) known(declared, [key], name, report);
  }
  if (health !== undefined) known(declared, ["health", "register"], health.register, report);
  for (const value of Object.keys(health?.says ?? {})) {
    if (Number.isFinite(Number(value))) continue;
    const message = `"${value}" is no number, which a register would hold`;
    report(["health", "says", value], "modbus.noNumber", message);
  }
  for (const { path, code, message, restsOn } of unknownNames(declared)) {
    report(path, `modbus.${code}`, message, undefined, restsOn);
  }
  checkWrites(declared, ["halt"], halt, {}, report);
  for (const [index, name] of (telemetry?.registers ?? []).entries()) {
    known(declared, ["telemetry", "registers", index], name, report);
  }
  for (const [name, operation] of Object.entries(declared.operations)) {
    checkOperation(declared, ["operations", name], operation, report);
  }
  return faults;
}

function checkOperation(declared: ModbusDeclaration, at: Path, operation: ModbusOperation, report: Report): void {
  const { params, result, write, until, failed, read, probe, retryClass, stop = [] } = operation;
  for (const [kind, specs] of [
    ["params", params],
    ["result", result],
  ] as const) {
    for (const [name, spec] of Object.entries(specs)) {
      if ("unit" in spec) checkUnit([...at, kind, name, "unit"], spec.unit, report);
      if (spec.type === "series" || spec.type === "string") {
        report([...at, kind, name], "modbus.noNumber", `${name} is a ${spec.type}, which no register holds`);
      }
    }
  }
  checkWrites(declared, [...at, "write"], write, params, report);
  checkWrites(declared, [...at, "stop"], stop, {}, report);
  if (until !== undefined) checkCondition(declared, [...at, "until"], until, params, report);
  if (failed !== undefined) checkCondition(declared, [...at, "failed"], failed, params, report);
  for (const [name, register] of Object.entries(read)) {
    const spec = result[name];
    const here = [...at, "read", name];
    const specAt = [...at, "result", name];
    if (spec === undefined) report(here, "modbus.noResult", `"${name}" is no result`, undefined, [here, specAt]);
    else checkValue(declared, here, register, { spec, at: specAt }, report);
  }
  for (const name of Object.keys(result)) {
    if (read[name] === undefined) {
      const here = [...at, "result", name];
      const message = `nothing that is read gives the result "${name}"`;
      report(here, "modbus.resultUnread", message, undefined, [here, [...at, "read"]]);
    }
  }
  if (probe === undefined && retryClass === "non-repeatable") {
    const hint = "say under probe how one finds out whether it took place, or name it idempotent or retry-safe";
    const restsOn = [
      [...at, "probe"],
      [...at, "retryClass"],
    ];
    report(at, "modbus.probeMissing", "an act that must not be done twice needs a probe", hint, restsOn);
  }
  if (probe !== undefined && "counter" in probe) {
    if (probe.rises === undefined)
      report([...at, "probe", "counter"], "modbus.counterRises", counterUnclear.message, counterUnclear.hint, [
        [...at, "probe"],
      ]);
    known(declared, [...at, "probe", "counter"], probe.counter, report);
    if (probe.running !== undefined)
      checkCondition(declared, [...at, "probe", "running"], probe.running, params, report);
  }
  if (probe !== undefined && "readBack" in probe && write.length === 0) {
    const restsOn = [
      [...at, "probe"],
      [...at, "write"],
    ];
    report([...at, "probe"], "modbus.nothingWritten", "nothing is written that could be read back", undefined, restsOn);
  }
}

function checkWrites(
  declared: ModbusDeclaration,
  at: Path,
  writes: readonly Write[],
  params: ValueSpecs,
  report: Report,
): void {
  for (const [index, write] of writes.entries()) {
    const register = known(declared, [...at, index, "register"], write.register, report);
    if (register !== undefined && register.access !== "read-write") {
      const hint = "write access: read-write in the table";
      const message = `${write.register} is written, and only read in the table`;
      const here = [...at, index, "register"];
      report(here, "modbus.readOnly", message, hint, [here, ["registers", write.register]]);
    }
    // A parameter is compared with its register, where there is one.
    if ("from" in write && register !== undefined)
      checkParameter(declared, [...at, index, "from"], write.register, write.from, params, report);
  }
}

function checkCondition(
  declared: ModbusDeclaration,
  at: Path,
  condition: Condition,
  params: ValueSpecs,
  report: Report,
): void {
  const register = known(declared, [...at, "register"], condition.register, report);
  if ("of" in condition && register !== undefined)
    checkParameter(declared, [...at, "of"], condition.register, condition.of, params, report);
}

function checkParameter(
  declared: ModbusDeclaration,
  at: Path,
  register: string,
  name: string,
  params: ValueSpecs,
  report: Report,
): void {
  const spec = params[name];
  // Fixed values alone are written outside an operation.
  const specAt = [...at.slice(0, 2), "params", name];
  if (spec === undefined) report(at, "modbus.noParameter", `"${name}" is no parameter here`, undefined, [at, specAt]);
  else checkValue(declared, at, register, { spec, at: specAt }, report);
}

/** A quantity stands in a register with a unit of the same kind. */
function checkValue(
  declared: ModbusDeclaration,
  at: Path,
  name: string,
  { spec, at: specAt }: { readonly spec: ValueSpec; readonly at: Path },
  report: Report,
): void {
  const register = known(declared, at, name, report);
  if (register === undefined || spec.type !== "quantity") return;
  const restsOn = [at, ["registers", name], specAt];
  if (register.unit === undefined) {
    const message = `the register ${name} has no unit in the table, and the value is in ${spec.unit}`;
    report(at, "modbus.unitMissing", message, undefined, restsOn);
    return;
  }
  const outcome = convert(1, register.unit, spec.unit);
  for (const fault of outcome.ok ? [] : outcome.faults) report(at, fault.code, fault.message, fault.hint, restsOn);
}

function known({ registers }: ModbusDeclaration, at: Path, name: string, report: Report) {
  const register = registers[name];
  if (register === undefined) {
    const message = `the table has no register "${name}"; it has: ${Object.keys(registers).join(", ")}`;
    report(at, "modbus.noRegister", message, undefined, [at, ["registers", name]]);
  }
  return register;
}

function checkUnit(at: Path, unit: string, report: Report): void {
  const parsed = parseUnit(unit);
  for (const fault of parsed.ok ? [] : parsed.faults) report(at, fault.code, fault.message, fault.hint);
}
