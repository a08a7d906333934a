import type { Clock, Log, RecordedEvent, StepAnswer, ValueSpecs } from "@labloop/contracts";
import { type Engine, openCommands } from "@labloop/engine";
import { keepPhoto } from "@labloop/gateway/photo-shelf";
import type { SimulatedWorld } from "./open-world.ts";

/** Who answers for the people of a simulated lab. */
const by = { kind: "operator", name: "a simulated person" } as const;

/** What they take for a photo: one pixel, which says of itself that nobody was there. */
const onePixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/**
 * Has the people of a simulated lab do what they are asked, as the world says and in lab time. Returns what is to be told of
 * every event; steps that were asked of them before this process began are taken up at once.
 */
export function employPeople(
  world: Pick<SimulatedWorld, "answer"> | null,
  engine: Engine,
  labClock: Clock,
  { photos, log }: { readonly photos: string; readonly log: Log },
): (record: Pick<RecordedEvent, "event">) => void {
  const answerOf = world?.answer;
  if (answerOf === undefined) return () => {};
  const asked = new Set<string>();

  function attend(): void {
    const state = engine.state();
    for (const { commandId, runId, device, op, params, started, answer, doubt } of openCommands(state)) {
      const isTheirs = state.devices.get(device)?.caps?.operations[op]?.asks !== undefined;
      if (!isTheirs || started === null || answer !== null || doubt !== null || asked.has(commandId)) continue;
      const parameters = state.runs.get(runId)?.parameters ?? {};
      const said = answerOf?.({ device, op, params, parameters, commandId });
      if (said == null) continue;
      asked.add(commandId);
      const specs = state.devices.get(device)?.caps?.operations[op]?.result ?? {};
      labClock.at(labClock.now() + said.afterMs, () => {
        const answer = withPhotos(said.answer, specs, commandId);
        const receipt = engine.submit({ type: "step.answer", commandId, answer, by });
        if (!receipt.ok) log.warn({ commandId, reason: receipt.reason }, "what a simulated person said was refused");
      });
    }
  }

  /** A world need not draw pictures: what it leaves out is one pixel. */
  function withPhotos(answer: StepAnswer, specs: ValueSpecs, commandId: string): StepAnswer {
    if (answer.as !== "done") return answer;
    const missing = Object.keys(specs).filter((name) => specs[name]?.type === "photo" && !(name in answer.result));
    if (missing.length === 0) return answer;
    const picture = keepPhoto(photos, commandId, onePixel, "image/png");
    const taken = Object.fromEntries(missing.map((name) => [name, picture]));
    return { ...answer, result: { ...answer.result, ...taken } };
  }

  attend();
  return ({ event }) => {
    // The engine folds what it has recorded before it goes on.
    if (event.type === "step.started") labClock.at(labClock.now(), attend);
  };
}
