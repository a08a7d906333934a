import { LabError, type Value, type Values, type ValueSpec, type ValueSpecs } from "@labloop/contracts";
import type { ByteStream, DriverContext } from "@labloop/driver";
import { convert } from "@labloop/protocol/units";
import type { Condition, ModbusDeclaration, Write } from "./declaration.ts";
import { rtuFraming, tcpFraming } from "./frame.ts";
import { createModbusClient } from "./modbus-client.ts";
import { decodeValue, encodeValue, type Register, widthOf } from "./register.ts";

/** A connection to a server, in the names of its table. */
export interface ModbusSession {
  /** As its registers say; null where none is declared that does. */
  readonly serial: string | null;
  readonly firmware: string | null;
  /** Resolves with the value in the register's unit. */
  read(name: string): Promise<number>;
  /** Resolves with the bare registers. */
  readWords(name: string): Promise<number[]>;
  /** Sends nothing when it is aborted before its turn has come. */
  write(name: string, words: readonly number[], signal?: AbortSignal): Promise<void>;
}

/** Connects, and looks whether it is the instrument that is declared; rejects with `wire.wrongInstrument` otherwise. */
export async function openSession(
  stream: ByteStream,
  declared: ModbusDeclaration,
  { linkClock }: DriverContext,
): Promise<ModbusSession> {
  const { unit, answerMs, identify } = declared;
  const framing = declared.framing === "tcp" ? tcpFraming : rtuFraming;
  const client = createModbusClient(stream, { framing, unit, answerMs, linkClock });
  const readWords = (name: string) => {
    const register = registerOf(declared, name);
    return client.read(register.kind, register.address, widthOf(register));
  };
  const read = async (name: string) => decodeValue(registerOf(declared, name), await readWords(name));
  if (identify !== undefined) {
    const found = await read(identify.register);
    if (found !== identify.equals) {
      const message = `${identify.register} is ${found} there, and ${identify.equals} in the instrument that is declared`;
      const hint = "check the address, the unit, and the order of the words";
      throw new LabError("wire.wrongInstrument", message, { hint });
    }
  }
  const told = async (name: string | undefined) => (name === undefined ? null : String(await read(name)));
  return {
    serial: await told(declared.serial),
    firmware: await told(declared.firmware),
    readWords,
    read,
    async write(name, words, signal) {
      const { kind, address } = registerOf(declared, name);
      if (kind === "holding" || kind === "coil") await client.write(kind, address, words, signal);
    },
  };
}

/** Returns a register of the table; the declaration was checked. */
export function registerOf({ registers }: ModbusDeclaration, name: string): Register {
  const register = registers[name];
  if (register === undefined) throw new LabError("modbus.noRegister", `the table has no register ${name}`);
  return register;
}

/** Returns the registers that a write sets; throws `modbus.range` when the register's type cannot hold the value. */
export function wordsOf(declared: ModbusDeclaration, write: Write, params: Values, specs: ValueSpecs): number[] {
  const register = registerOf(declared, write.register);
  const value = "value" in write ? write.value : numberOf(params[write.from], specs[write.from], register);
  const words = encodeValue(register, value);
  if (words !== null) return words;
  throw new LabError("modbus.range", `${write.register} is a ${register.type} and cannot hold ${value}`);
}

/**
 * Returns parameters as the registers they were written to hold them: a scale, or a register of whole numbers, may have
 * rounded one. What a float rounds, in its seventh digit, is left as it was asked for.
 */
export function executedOf(
  declared: ModbusDeclaration,
  writes: readonly Write[],
  params: Values,
  specs: ValueSpecs,
): Values {
  const executed: Values = { ...params };
  for (const write of writes) {
    if (!("from" in write)) continue;
    const register = registerOf(declared, write.register);
    const spec = specs[write.from];
    const isWhole = register.kind === "holding" && register.type !== "f32";
    if (spec === undefined || spec.type === "boolean" || !isWhole) continue;
    executed[write.from] = resultOf(decodeValue(register, wordsOf(declared, write, params, specs)), register, spec);
  }
  return executed;
}

/** Returns whether a condition holds now. */
export async function holds(
  session: ModbusSession,
  declared: ModbusDeclaration,
  condition: Condition,
  params: Values,
  specs: ValueSpecs,
): Promise<boolean> {
  const value = await session.read(condition.register);
  if ("equals" in condition) return [condition.equals].flat().includes(value);
  const wanted = numberOf(params[condition.of], specs[condition.of], registerOf(declared, condition.register));
  return Math.abs(value - wanted) <= condition.within;
}

/** Returns a register's value as the result that the spec asks for. */
export function resultOf(value: number, register: Register, spec: ValueSpec): Value {
  if (spec.type === "boolean") return value !== 0;
  if (spec.type !== "quantity") return value;
  return { value: converted(value, register.unit ?? spec.unit, spec.unit), unit: spec.unit };
}

function numberOf(value: Value | undefined, spec: ValueSpec | undefined, register: Register): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  if (typeof value === "object" && "value" in value && spec?.type === "quantity") {
    return converted(value.value, spec.unit, register.unit ?? spec.unit);
  }
  throw new LabError("modbus.noNumber", "only quantities, integers and booleans can stand in a register");
}

/** Both units were checked with the declaration. */
function converted(value: number, from: string, to: string): number {
  if (from === to) return value;
  const outcome = convert(value, from, to);
  return outcome.ok ? Number(outcome.value.toPrecision(12)) : Number.NaN;
}
