import type { Fault, Outcome } from "@labloop/contracts";
import { type DeviceDefinition, defineFamily, frameOf } from "@labloop/driver";
import * as z from "zod";
import { checkDeclaration } from "./check-declaration.ts";
import { ModbusDeclaration } from "./declaration.ts";
import { type ModbusSession, openSession } from "./session.ts";
import { toOperation, writeAll } from "./to-operation.ts";

/** Instruments that are a table of registers, over Modbus TCP or RTU. */
export default defineFamily<ModbusDeclaration>({
  family: "modbus",
  declaration: ModbusDeclaration,
  check: ({ document, faultAt, isWhole }) => checkDeclaration(document, faultAt, isWhole),
  define: ({ document, faultAt }) => defineModbusDevice(document, faultAt),
});

function defineModbusDevice(
  declared: ModbusDeclaration,
  faultAt: (path: readonly (string | number)[], fault: Fault) => Fault,
): Outcome<DeviceDefinition> {
  const faults = checkDeclaration(declared, faultAt);
  if (faults.length > 0) return { ok: false, faults };
  const { halt, health, calibration, telemetry, registers } = declared;
  const operations = Object.entries(declared.operations).map(([name, one]) => [name, toOperation(declared, one)]);
  const definition: DeviceDefinition<object, ModbusSession> = {
    ...frameOf(declared),
    config: z.strictObject({}),
    connect: (stream, _config, context) => openSession(stream, declared, context),
    // Modbus has no common way to ask; what no register says the lab file does.
    identify: ({ serial, firmware }) => ({ serial, firmware }),
    ...(halt === undefined ? {} : { halt: (session: ModbusSession) => writeAll(session, declared, halt) }),
    ...(health === undefined ? {} : { health: conditionWatch(health) }),
    ...(calibration === undefined ? {} : { calibration }),
    ...(telemetry === undefined
      ? {}
      : {
          telemetry: {
            everyMs: telemetry.everyMs,
            channels: Object.fromEntries(
              telemetry.registers.map((name) => [name, { unit: registers[name]?.unit ?? "1" }]),
            ),
            async read(session: ModbusSession) {
              const read: Record<string, number> = {};
              for (const name of telemetry.registers) read[name] = await session.read(name);
              return read;
            },
          },
        }),
    operations: Object.fromEntries(operations) as DeviceDefinition<object, ModbusSession>["operations"],
  };
  return { ok: true, value: definition as DeviceDefinition };
}

function conditionWatch({
  everyMs,
  whileActing,
  register,
  ok,
  says,
}: NonNullable<ModbusDeclaration["health"]>): NonNullable<DeviceDefinition<object, ModbusSession>["health"]> {
  const words = new Map(Object.entries(says).map(([value, text]) => [Number(value), text]));
  return {
    everyMs,
    whileActing,
    async look(session) {
      const value = await session.read(register);
      if ([ok].flat().includes(value)) return "ok";
      const text = words.get(value);
      return { attention: `${register} is ${value}${text === undefined ? "" : `: ${text}`}` };
    },
  };
}
