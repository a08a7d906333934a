import { checkValues, type Execute, type Report, topicOf, type Values } from "@labloop/contracts";
import type { Check, Figures } from "../check.ts";
import { type BadValues, badValues, boundaryValues, goodValues } from "../generate-values.ts";
import { answerWithinMs, describe, type Scene } from "../scene.ts";
import { claim, NotApplicable } from "../verdict.ts";

/** How many generated sets of parameters every operation gets; chosen. */
const generated = 8;

/** A condition that no baseline meets: what it stands in is judged, and then moves nothing. */
const neverMet = { precond: { conformance: "never" } } as const;

export const acceptsAndRejects: readonly Check[] = [
  {
    id: "C2.1",
    promise: "Every operation carries out a command with good parameters, and its result is as announced.",
    fix: "return what `result` announces; lay out what the operation needs in the plant's `layOut`, or name parameters that succeed with --params",
    async run(scene) {
      const amiss: string[] = [];
      for (const op of scene.ops()) {
        const next = await scene.again();
        const { execute, end } = await next.carryOut({ op });
        const wrong = unlikeAnnounced(next, op, end);
        if (wrong !== null) amiss.push(`${op} with ${JSON.stringify(execute.params)}: ${wrong}`);
        await next.close();
      }
      claim(amiss.length === 0, () => amiss.join("; "));
      return { operations: scene.ops().length };
    },
  },
  {
    id: "C2.2",
    promise: "Whatever its specs allow is accepted, up to the very limits.",
    fix: "limits are inclusive; do not reject what your own announcement allows",
    async run(scene) {
      if (!scene.announced().contract.features.includes("precond")) {
        throw new NotApplicable("without the feature precond every one of these commands would move something");
      }
      let count = 0;
      for (const op of scene.ops()) {
        const { params } = scene.op(op);
        const sets = goodValues(params, scene.seed, generated);
        for (const values of [...sets, ...boundaryValues(params, sets[0] ?? {})]) {
          const { end } = await scene.carryOut({ op, params: values, ...neverMet });
          claim(end.state !== "rejected", () => `${op} with ${JSON.stringify(values)}: ${describe(end)}`);
          claim(end.state === "cancelled", () => `${op} ignored a precondition: ${describe(end)}`);
          count++;
        }
      }
      return { commands: count };
    },
  },
  badCheck("C2.3", "missing", "A parameter that is missing is rejected.", "every announced parameter is required"),
  badCheck(
    "C2.4",
    "unknown",
    "A parameter that the operation does not know is rejected.",
    "reject names that are not announced: a misspelt limit is none",
  ),
  badCheck("C2.5", "wrong type", "A parameter of another type is rejected.", "check every type before acting"),
  badCheck(
    "C2.6",
    "wrong unit",
    "A quantity in another unit is rejected, not converted.",
    "compare units letter by letter: 5 mL is not 5 uL",
  ),
  badCheck(
    "C2.7",
    "out of limits",
    "A number beyond an announced limit is rejected.",
    "check minimum and maximum when the command comes in (D3), not only in the form",
  ),
  badCheck(
    "C2.8",
    "outside the pattern",
    "A text outside its pattern or its choices is rejected.",
    "check pattern and enum when the command comes in",
  ),
  {
    id: "C2.9",
    promise: "A command whose hash is not that of its parameters is rejected.",
    fix: 'compare paramsHash with the SHA-256 of the canonical JSON of {"op": …, "params": …}',
    run: (scene) => rejected(scene, { paramsHash: "0".repeat(64) }),
  },
  {
    id: "C2.10",
    promise: "An operation that it does not have is rejected.",
    fix: "reject an unknown op with an error that lists those that there are",
    run: (scene) => rejected(scene, { op: "conformance_unknown", params: {} }),
  },
  {
    id: "C2.11",
    promise: "A retry class laxer than the announced one is rejected.",
    fix: "compare retryClass with caps (D3): only tighter or equal passes",
    run(scene) {
      const op = scene.ops().find((name) => scene.op(name).retryClass !== "idempotent");
      if (op === undefined) throw new NotApplicable("every operation is idempotent");
      return rejected(scene, { op, retryClass: "idempotent" });
    },
  },
  {
    id: "C2.12",
    promise: "Limits that came with a command count beside its own.",
    fix: "take the tighter of safety.limits and your own (D3)",
    run(scene) {
      const { contract } = scene.announced();
      if (!contract.features.includes("limits")) throw new NotApplicable("the feature limits is not announced");
      for (const op of scene.ops()) {
        const params = scene.paramsFor(op);
        const [name, value] = Object.entries(params).find(([, one]) => numberIn(one) !== null) ?? [];
        if (name === undefined || value === undefined) continue;
        const limits = { [name]: { maximum: (numberIn(value) ?? 0) - 1 } };
        return rejected(scene, { op, params, safety: { envelopeHash: "0".repeat(64), limits } });
      }
      throw new NotApplicable("no operation takes a number");
    },
  },
  {
    id: "C2.13",
    promise: "A rejection is for ever: the same command, sent again once nothing speaks against it, does not run.",
    fix: "write the rejection into the journal before you report it, and answer a later copy from there (D3)",
    async run(scene) {
      const old = new Date(scene.rig.clock.now() - 3_600_000).toISOString();
      const late = scene.order({ issuedAt: old });
      const before = await scene.acts();
      await scene.send(late);
      const end = await scene.end(late.commandId);
      claim(end.state === "rejected", () => `a command one hour older than its time to live: ${describe(end)}`);
      const now = new Date(scene.rig.clock.now()).toISOString();
      await scene.send({ ...late, issuedAt: now });
      await scene.pass(2_000);
      const states = new Set(scene.reports(late.commandId).map(({ state }) => state));
      claim(states.size === 1, () => `it was rejected, and later ${[...states].join(", ")}`);
      const acts = (await scene.acts()) - before;
      claim(acts === 0, `it was rejected, and the equipment acted ${acts} times`);
    },
  },
  {
    id: "C2.14",
    promise: "What cannot be read is refused and harms nothing.",
    fix: "catch every parse error, count it, answer with a refusal where a command id can be read (D1, D18)",
    needs: ["raw"],
    async run(scene) {
      const { inject, lab, deviceId } = scene.rig;
      const good = scene.order();
      const texts = [
        "",
        "{",
        "null",
        "[]",
        '{"v":1}',
        JSON.stringify({ ...good, v: 2 }),
        JSON.stringify({ ...good, kind: "dance" }),
        JSON.stringify({ ...good, params: "none" }),
        JSON.stringify({ ...good, device: "somebody-else" }),
        `${"[".repeat(50_000)}`,
      ];
      const bytes = [...texts.map((text) => Buffer.from(text)), Buffer.from([0xff, 0xfe, 0x00])];
      for (const key of ["command", "control"] as const) {
        for (const one of bytes) await inject?.(topicOf(lab, key, deviceId), one, false);
      }
      await scene.until(() => scene.refusals(good.commandId).length > 0, answerWithinMs);
      claim(scene.refusals(good.commandId).length > 0, "no refusal of a command of another version, kind or form");
      claim(scene.reports(good.commandId).length === 0, "a command in a message that breaks the contract was taken");
      const { end } = await scene.carryOut();
      claim(end.state !== "rejected", () => `after bad messages a good command ended as ${describe(end)}`);
    },
  },
];

function badCheck(id: string, kind: BadValues["kind"], promise: string, fix: string): Check {
  return {
    id,
    promise,
    fix,
    async run(scene): Promise<Figures> {
      let count = 0;
      for (const op of scene.ops()) {
        for (const bad of badValues(scene.op(op).params, scene.paramsFor(op))) {
          if (bad.kind !== kind) continue;
          await rejected(scene, { op, params: bad.params }, `${op} with ${bad.name} ${kind}`);
          count++;
        }
      }
      if (count === 0) throw new NotApplicable("no parameter can be wrong in this way");
      return { commands: count };
    },
  };
}

/** Sends a command that has to be rejected, and sees that nothing moved. */
async function rejected(scene: Scene, change: Partial<Execute>, what = "it"): Promise<void> {
  const execute = scene.order(change);
  const before = await scene.acts();
  await scene.send(execute);
  const answer = await scene.answer(execute.commandId);
  claim(
    answer.kind === "report",
    () => `${what} was refused, which proves nothing, and not rejected: ${describe(answer)}`,
  );
  const end = await scene.end(execute.commandId);
  claim(end.state === "rejected", () => `${what} was not rejected: ${describe(end)}`);
  claim(saysWhy(end), `${what} was rejected without a reason: error needs a code and a message`);
  const acts = (await scene.acts()) - before;
  claim(acts === 0, `${what} was rejected, and the equipment acted ${acts} times`);
  await scene.ack([execute.commandId]);
}

function saysWhy({ error }: Report): boolean {
  return error !== undefined && error.code !== "" && error.message !== "";
}

function numberIn(value: Values[string]): number | null {
  if (typeof value === "number") return value;
  return typeof value === "object" && "value" in value ? value.value : null;
}

/** Returns what is wrong with the end of a command that nothing disturbed, or null. A large result is kept elsewhere and not looked at. */
function unlikeAnnounced(scene: Scene, op: string, end: Report): string | null {
  if (end.state !== "succeeded") return describe(end);
  if (end.result === undefined) return null;
  const faults = checkValues(scene.op(op).result, end.result);
  return faults.length === 0 ? null : faults.map(({ message }) => message).join(", ");
}
