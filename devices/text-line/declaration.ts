import { CalibrationNeed, DurationFormula, RetryClass, ValueSpecs } from "@labloop/contracts";
import { familyHead } from "@labloop/driver";
import * as z from "zod";

/** A regular expression (flag `u`); named groups become values. */
const Pattern = z.string().min(1);
/** A line to send; `{name}`, `{name:unit}` and `{name:unit:%.3f}` stand for parameters. */
const Template = z.string().min(1);
const Ms = z.number().int().min(1);
/** The unit in which a group stands in the answer, where that is not the unit of the value. */
const Units = z.record(z.string(), z.string()).default({});

const Asked = z.strictObject({ ask: Template, answer: Pattern });
/** Sent at once, past what waits for an answer: told, or asked with the answer that says it was taken. */
const AtOnce = z.union([z.string(), z.strictObject({ ask: z.string(), answer: Pattern })]);

/** What is sent to set the act off: told without an answer, or asked with the one that says it was taken. */
const DoStep = z.union([
  z.strictObject({ tell: Template }),
  Asked.extend({
    faults: z
      .record(
        z.string(),
        z.strictObject({
          answer: Pattern,
          message: z.string(),
          class: z.enum(["instrument", "infeasible"]).default("instrument"),
        }),
      )
      .default({})
      .describe(
        "Answers by which the instrument refuses, and moves nothing: `infeasible` where the parameters are to blame.",
      ),
  }),
]);

const ReadLine = z.strictObject({
  ask: Template,
  answer: Pattern,
  units: Units,
  again: Pattern.optional().describe(
    'An answer that says "not yet": asked again after `everyMs` of lab time, for `patienceMs` at most.',
  ),
  everyMs: Ms.default(1_000),
  patienceMs: Ms.default(120_000),
  answerMs: Ms.optional().describe("Where this answer may take longer than the others, in real time."),
  faults: z
    .record(z.string(), z.strictObject({ answer: Pattern, message: z.string() }))
    .default({})
    .describe("Known refusals, by name."),
});

/** A definite-length block, `#<n><length><bytes>`, as IEEE 488.2 has it. */
const ReadBlock = z.strictObject({
  ask: Template,
  block: z.string().describe("The series among the results that it fills."),
  as: z.enum(["f32", "f64", "i16", "u16", "i32", "u8"]),
  order: z.enum(["big", "little"]).default("big"),
  unit: z.string().optional().describe("Unit of a number in the block; default: that of the series."),
  answerMs: Ms.optional(),
});

/** How one finds out whether an act took place. */
const Probe = z.union([
  z.strictObject({
    readBack: z
      .strictObject({ ask: Template, answer: Pattern, units: Units })
      .describe("The answer's groups carry the names of parameters and are compared with what was asked for."),
    tolerance: z.number().min(0).default(1e-3).describe("Relative; chosen well above what a display rounds."),
  }),
  z.strictObject({
    counter: Asked.describe("A number, group `count`, that goes up by one with every act."),
    rises: z
      .enum(["begin", "end"])
      .optional()
      .describe("When it goes up: as the act begins, or once it has come to its end, which a stopped one does not."),
    running: Asked.optional(),
  }),
  z.strictObject({
    says: z
      .strictObject({
        ask: Template,
        happened: Pattern,
        notHappened: Pattern.optional(),
        running: Pattern.optional(),
      })
      .describe("Patterns may have places for parameters, as templates have."),
  }),
]);

const TextOperation = z.strictObject({
  title: z.string(),
  description: z.string().optional(),
  version: z.string().default("1.0.0"),
  retryClass: RetryClass.default("non-repeatable"),
  duration: z.strictObject({ typicalMs: z.number().int().min(0), maxMs: Ms, byParams: DurationFormula.optional() }),
  params: ValueSpecs.default({}),
  result: ValueSpecs.default({}),
  do: z.array(DoStep).default([]),
  until: z
    .strictObject({ ask: Template, done: Pattern, failed: Pattern.optional(), everyMs: Ms.default(500) })
    .optional()
    .describe(
      "Asked every `everyMs` of lab time until the answer matches `done`; one that matches `failed` ends the act.",
    ),
  settleMs: Ms.optional().describe("A wait after that, in lab time."),
  read: z.array(z.union([ReadLine, ReadBlock])).default([]),
  probe: Probe.optional(),
  stop: z.array(AtOnce).optional().describe("Lines that stop a running act without harm."),
});

const Terminator = z.enum(["\n", "\r\n", "\r"]);

/** An instrument that is asked and told in lines of text: `labloop` calls nothing of it that does not stand here. */
export const TextDeclaration = z.strictObject({
  ...familyHead,
  terminator: z.union([Terminator, z.strictObject({ send: Terminator, receive: Terminator })]).default("\n"),
  encoding: z.enum(["ascii", "latin1", "utf8"]).default("ascii"),
  answerMs: Ms.default(5_000).describe("How long an answer may take, in real time."),
  hello: z.array(z.string()).default([]).describe("Sent at every connection, before anything is asked."),
  identify: z
    .strictObject({ ask: z.string(), answer: Pattern })
    .describe(
      "Who is there: the pattern may have groups `serial` and `firmware`; another answer is another instrument.",
    ),
  errors: z
    .strictObject({ ask: z.string(), none: Pattern })
    .optional()
    .describe("The error queue: read empty before an act, and after it until the answer matches `none`."),
  halt: z.array(AtOnce).optional().describe("Lines that cut all motion now, for an E-STOP."),
  health: z
    .strictObject({
      everyMs: Ms.default(60_000),
      whileActing: z.boolean().default(false),
      ask: z.string(),
      ok: Pattern,
    })
    .optional()
    .describe(
      "How it is: an answer that does not match `ok` is told to people as it stands. Asked every `everyMs` of real time, at rest only, unless `whileActing`.",
    ),
  calibration: z
    .strictObject(CalibrationNeed.shape)
    .optional()
    .describe("What its values rest on: a lab file's `calibration` builds on it."),
  telemetry: z
    .strictObject({
      everyMs: Ms,
      channels: z.record(
        z.string(),
        z.strictObject({ unit: z.string(), description: z.string().optional(), ask: z.string(), answer: Pattern }),
      ),
    })
    .optional(),
  operations: z.record(z.string(), TextOperation),
});
export type TextDeclaration = z.infer<typeof TextDeclaration>;
export type TextOperation = z.infer<typeof TextOperation>;
export type AtOnce = z.infer<typeof AtOnce>;
export type TextProbe = z.infer<typeof Probe>;
export type ReadStep = TextOperation["read"][number];
