import { checkValues, type Fault, type StepAnswer, type Values, type ValueSpec } from "@labloop/contracts";
import { defineFamily, type Declaration, type DeviceDefinition, type Ending, type Operation } from "@labloop/driver";
import * as z from "zod";
import { PersonDeclaration } from "./declaration.ts";

/** Nothing is opened to reach a person: whoever stands at the page or the terminal answers. */
interface Session {
  readonly kind: string;
}

/** People as devices: steps that are done by hand, asked for by a form and answered there. */
export default defineFamily<PersonDeclaration>({
  family: "person",
  declaration: PersonDeclaration,
  check: (declaration) => faultsOf(declaration, declaration.isWhole),
  define: (declaration) => {
    const faults = faultsOf(declaration, () => true);
    return faults.length > 0 ? { ok: false, faults } : { ok: true, value: personOf(declaration.document) };
  },
});

function personOf({ kind, capability, title, operations }: PersonDeclaration): DeviceDefinition {
  const definition: DeviceDefinition<Record<string, never>, Session> = {
    kind,
    driverVersion: "0.1.0",
    capability,
    title: { en: title.en, ja: title.ja ?? title.en },
    provenance: { manual: "what the lab's own declaration says", metHardware: true },
    link: "own",
    config: z.strictObject({}),
    connect: async () => ({ kind }),
    identify: () => ({ serial: null, firmware: null }),
    operations: Object.fromEntries(Object.entries(operations).map(([name, act]) => [name, operationOf(act)])),
  };
  return definition as DeviceDefinition;
}

function operationOf(act: PersonDeclaration["operations"][string]): Operation<Session> {
  const { title, instructions, fields, params, result, retryClass, typicalMinutes, maxMinutes } = act;
  return {
    title,
    version: "1.0.0",
    params,
    result,
    retryClass,
    probes: false,
    asks: { instructions, fields },
    duration: { typicalMs: typicalMinutes, maxMs: maxMinutes },
    baseline: async () => ({}),
    start: async () => {},
    async watch(_session, asked, _baseline, context) {
      const { answer, by } = await context.answer();
      return endingOf(answer, asked, by);
    },
    // The request stands on the page whatever becomes of the driver, and waiting for an answer moves nothing.
    probe: async () => ({
      outcome: "running",
      decisive: true,
      evidence: { why: "the request stands until it is answered" },
    }),
    stop: async () => ({
      state: "failed",
      physical: "partial",
      error: {
        code: "person.withdrawn",
        message: "the request was withdrawn; a person may have begun",
        class: "crash",
      },
    }),
  };
}

function endingOf(answer: StepAnswer, asked: Values, by: string): Ending {
  const evidence = { answeredBy: by };
  if (answer.as === "done") {
    return { state: "succeeded", result: answer.result, executed: answer.executed ?? asked, evidence };
  }
  const [code, reason] =
    answer.as === "not-done" ? (["person.notDone", "crash"] as const) : (["person.impossible", "infeasible"] as const);
  const error = { code, message: `${by}: ${answer.reason}`, class: reason };
  return { state: "failed", physical: "none", error, evidence };
}

function faultsOf(
  { document, faultAt }: Declaration<PersonDeclaration>,
  isWhole: (path: readonly string[]) => boolean,
): Fault[] {
  if (Object.keys(document.operations).length === 0 && isWhole(["operations"])) {
    const message = "a person who can be asked nothing is no use";
    return [
      faultAt(["operations"], { code: "person.noOperations", message, hint: "add one, with title and instructions" }),
    ];
  }
  return Object.entries(document.operations).flatMap(([name, act]) => {
    const at = (path: readonly string[], message: string, hint?: string) =>
      faultAt(["operations", name, ...path], {
        code: "person.declaration",
        message,
        ...(hint === undefined ? {} : { hint }),
      });
    const known = { ...act.params, ...act.result };
    const isSure = (key: string) =>
      (["params", "result"] as const).every((part) => isWhole(["operations", name, part, key]));
    const shared = Object.keys(act.params).filter((key) => Object.hasOwn(act.result, key));
    return [
      ...shared.map((key) => at(["result", key], `'${key}' is a parameter, too`, "a form has one field of a name")),
      ...Object.keys(act.fields)
        .filter((key) => !Object.hasOwn(known, key) && isSure(key))
        .map((key) => at(["fields", key], `'${key}' is neither a parameter nor a result`)),
      ...Object.entries(act.fields)
        .filter(([key, { input }]) => input === "barcode" && known[key]?.type !== "string" && isSure(key))
        .map(([key]) =>
          at(["fields", key, "input"], `a bar code is a text, and '${key}' is none`, "give it type: string"),
        ),
      ...(["params", "result"] as const).flatMap((part) =>
        Object.entries(act[part]).flatMap(([key, spec]) => {
          const wrong = wrongExample(spec);
          return wrong === null ? [] : [at([part, key], wrong, "add an example: it is shown instead of the pattern")];
        }),
      ),
      ...(["params", "result"] as const).flatMap((part) =>
        Object.entries(act[part]).flatMap(([key, spec]) => {
          if (!("minimum" in spec) || !("maximum" in spec)) return [];
          const { minimum, maximum } = spec;
          if (minimum === undefined || maximum === undefined || minimum <= maximum) return [];
          return [at([part, key, "maximum"], `the maximum ${maximum} lies below the minimum ${minimum}`)];
        }),
      ),
      ...(act.maxMinutes < act.typicalMinutes && isWhole(["operations", name])
        ? [at(["maxMinutes"], "it usually lasts longer than it may at most", "raise maxMinutes")]
        : []),
    ];
  });
}

/** Nobody at a bench should have to read a regular expression. */
function wrongExample(spec: ValueSpec): string | null {
  if (spec.type !== "string" || spec.pattern === undefined) return null;
  if (spec.example === undefined) return `people cannot read the pattern ${spec.pattern}`;
  return checkValues({ it: spec }, { it: spec.example }).length === 0
    ? null
    : `the example ${spec.example} does not match the pattern ${spec.pattern}`;
}
