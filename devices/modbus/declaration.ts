import { CalibrationNeed, DurationFormula, RetryClass, ValueSpecs } from "@labloop/contracts";
import { familyHead } from "@labloop/driver";
import * as z from "zod";
import { Register } from "./register.ts";

const Ms = z.number().int().min(1);

/** A parameter, or a fixed number in the register's unit. */
const Write = z.union([
  z.strictObject({ register: z.string(), from: z.string() }),
  z.strictObject({ register: z.string(), value: z.number() }),
]);

const Equals = z.strictObject({ register: z.string(), equals: z.union([z.number(), z.array(z.number()).min(1)]) });
const Within = z.strictObject({ register: z.string(), within: z.number().min(0), of: z.string() });
/** A register that holds one of some values; or that is within so much, in its unit, of a parameter. */
const Condition = z.union([Equals, Within]);
const everyMs = Ms.default(500);

/** How one finds out whether an act took place. */
const Probe = z.union([
  /** What `write` wrote is read back, bit by bit. */
  z.strictObject({ readBack: z.literal(true) }),
  /** A register that goes up by one with every act, and how one sees that the act still runs. */
  z.strictObject({
    counter: z.string(),
    rises: z
      .enum(["begin", "end"])
      .optional()
      .describe("When it goes up: as the act begins, or once it has come to its end, which a stopped one does not."),
    running: Condition.optional(),
  }),
]);

const ModbusOperation = z.strictObject({
  title: z.string(),
  description: z.string().optional(),
  version: z.string().default("1.0.0"),
  retryClass: RetryClass.default("non-repeatable"),
  duration: z.strictObject({ typicalMs: z.number().int().min(0), maxMs: Ms, byParams: DurationFormula.optional() }),
  params: ValueSpecs.default({}),
  result: ValueSpecs.default({}),
  write: z.array(Write).default([]).describe("Written one after another, in this order."),
  until: z
    .union([Equals.extend({ everyMs }), Within.extend({ everyMs })])
    .optional()
    .describe("Read every `everyMs` of lab time until it holds."),
  failed: Condition.optional().describe("A register in which the instrument says that it has failed."),
  settleMs: Ms.optional().describe("A wait after that, in lab time."),
  read: z.record(z.string(), z.string()).default({}).describe("Result to register."),
  probe: Probe.optional(),
  stop: z.array(Write).optional().describe("Written to stop a running act without harm."),
});

/** An instrument that is a table of registers. */
export const ModbusDeclaration = z.strictObject({
  ...familyHead,
  framing: z
    .enum(["tcp", "rtu"])
    .describe("`tcp` is Modbus TCP; `rtu` is for serial lines, and for gateways that carry it over TCP as it is."),
  unit: z.number().int().min(0).max(247).default(1),
  answerMs: Ms.default(1_000),
  identify: z
    .strictObject({ register: z.string(), equals: z.number() })
    .optional()
    .describe("A register that tells this instrument from others."),
  serial: z.string().optional().describe("The register that holds its serial number."),
  firmware: z.string().optional().describe("The register that holds the version of its firmware."),
  halt: z.array(Write).optional().describe("Written at an E-STOP: a coil that cuts all motion."),
  registers: z.record(z.string(), Register),
  health: z
    .strictObject({
      everyMs: Ms.default(60_000),
      whileActing: z.boolean().default(false),
      register: z.string(),
      ok: z.union([z.number(), z.array(z.number()).min(1)]),
      says: z.record(z.string(), z.string()).default({}),
    })
    .optional()
    .describe(
      "How it is: a register whose value is none of `ok` is told to people, in the words of `says` where it has any for it. Read every `everyMs` of real time, at rest only, unless `whileActing`.",
    ),
  calibration: z
    .strictObject(CalibrationNeed.shape)
    .optional()
    .describe("What its values rest on: a lab file's `calibration` builds on it."),
  telemetry: z.strictObject({ everyMs: Ms, registers: z.array(z.string()).min(1) }).optional(),
  operations: z.record(z.string(), ModbusOperation),
});
export type ModbusDeclaration = z.infer<typeof ModbusDeclaration>;
export type ModbusOperation = z.infer<typeof ModbusOperation>;
export type Write = z.infer<typeof Write>;
export type Condition = z.infer<typeof Condition>;
