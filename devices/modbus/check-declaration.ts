import type { Fault, ValueSpec, ValueSpecs } from "@labloop/contracts";
import { counterUnclear } from "@labloop/driver";
import { convert, parseUnit } from "@labloop/protocol";
import type { Condition, ModbusDeclaration, ModbusOperation, Write } from "./declaration.ts";

type Path = readonly (string | number)[];
type Report = (path: Path, code: string, message: string, hint?: string) => void;

/** Returns everything in a declaration that its schema does not see, each fault with its path. */
export function checkDeclaration(declared: ModbusDeclaration, faultAt: (path: Path, fault: Fault) => Fault): Fault[] {
  const faults: Fault[] = [];
  const report: Report = (path, code, message, hint) => {
    faults.push(faultAt(path, { code, message, ...(hint === undefined ? {} : { hint }) }));
  };
  const { registers, identify, halt = [], telemetry } = declared;
  for (const [name, register] of Object.entries(registers)) {
    const at = ["registers", name];
    if (register.unit !== undefined) checkUnit([...at, "unit"], register.unit, report);
    if (register.access === "read-write" && register.kind !== "holding" && register.kind !== "coil") {
      report([...at, "access"], "modbus.readOnly", `${name} is a ${register.kind} register, which nobody can write`);
    }
  }
  if (identify !== undefined) known(declared, ["identify", "register"], identify.register, report);
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
    if (spec === undefined) report([...at, "read", name], "modbus.noResult", `"${name}" is no result`);
    else checkValue(declared, [...at, "read", name], register, spec, report);
  }
  for (const name of Object.keys(result)) {
    if (read[name] === undefined) {
      report([...at, "result", name], "modbus.resultUnread", `nothing that is read gives the result "${name}"`);
    }
  }
  if (probe === undefined && retryClass === "non-repeatable") {
    const hint = "say under probe how one finds out whether it took place, or name it idempotent or retry-safe";
    report(at, "modbus.probeMissing", "an act that must not be done twice needs a probe", hint);
  }
  if (probe !== undefined && "counter" in probe) {
    if (probe.rises === undefined)
      report([...at, "probe", "counter"], "modbus.counterRises", counterUnclear.message, counterUnclear.hint);
    known(declared, [...at, "probe", "counter"], probe.counter, report);
    if (probe.running !== undefined)
      checkCondition(declared, [...at, "probe", "running"], probe.running, params, report);
  }
  if (probe !== undefined && "readBack" in probe && write.length === 0) {
    report([...at, "probe"], "modbus.nothingWritten", "nothing is written that could be read back");
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
      report(
        [...at, index, "register"],
        "modbus.readOnly",
        `${write.register} is written, and only read in the table`,
        hint,
      );
    }
    if ("from" in write) checkParameter(declared, [...at, index, "from"], write.register, write.from, params, report);
  }
}

function checkCondition(
  declared: ModbusDeclaration,
  at: Path,
  condition: Condition,
  params: ValueSpecs,
  report: Report,
): void {
  known(declared, [...at, "register"], condition.register, report);
  if ("of" in condition) checkParameter(declared, [...at, "of"], condition.register, condition.of, params, report);
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
  if (spec === undefined) report(at, "modbus.noParameter", `"${name}" is no parameter here`);
  else checkValue(declared, at, register, spec, report);
}

/** A quantity stands in a register with a unit of the same kind. */
function checkValue(declared: ModbusDeclaration, at: Path, name: string, spec: ValueSpec, report: Report): void {
  const register = known(declared, at, name, report);
  if (register === undefined || spec.type !== "quantity") return;
  if (register.unit === undefined) {
    report(at, "modbus.unitMissing", `the register ${name} has no unit in the table, and the value is in ${spec.unit}`);
    return;
  }
  const outcome = convert(1, register.unit, spec.unit);
  for (const fault of outcome.ok ? [] : outcome.faults) report(at, fault.code, fault.message, fault.hint);
}

function known({ registers }: ModbusDeclaration, at: Path, name: string, report: Report) {
  const register = registers[name];
  if (register === undefined) {
    report(
      at,
      "modbus.noRegister",
      `the table has no register "${name}"; it has: ${Object.keys(registers).join(", ")}`,
    );
  }
  return register;
}

function checkUnit(at: Path, unit: string, report: Report): void {
  const parsed = parseUnit(unit);
  for (const fault of parsed.ok ? [] : parsed.faults) report(at, fault.code, fault.message, fault.hint);
}
