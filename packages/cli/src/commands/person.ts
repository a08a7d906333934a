import { type Actor, LabError, type StepAnswer, type Values } from "@labloop/contracts";
import { askLines } from "../doubt/ask-lines.ts";
import { type AnswerWords, atOdds } from "../doubt/at-odds.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { valueText } from "../doubt/doubt-lines.ts";
import { findAsk } from "../doubt/find-ask.ts";
import { giveAnswer } from "../doubt/give-answer.ts";
import { openDesk } from "../doubt/open-desk.ts";
import { keepPhotos, readPhotos, withoutPhotos } from "../doubt/read-photos.ts";
import { readResult } from "../doubt/read-result.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { print, printJson } from "../say.ts";
import { reportFaults } from "./report-faults.ts";

export interface PersonFlags extends AnswerWords {
  readonly by: string;
  readonly json?: boolean;
}

/** `labloop person list [DATA]`: says what people are asked to do. */
export async function listAsks(data: string | undefined, flags: { json?: boolean }): Promise<ExitCode> {
  const desk = await openDesk(chosenFolder(data, process.env));
  const asks = desk.view.asks;
  if (flags.json === true) {
    printJson({ v: 1, ok: true, data: desk.data, asks });
    return exitCode.done;
  }
  if (asks.length === 0) print("nobody is asked to do anything");
  for (const { run, step, title, commandId } of asks) {
    print(`run ${run}, ${step}: ${title}`);
    print(`  labloop person show ${commandId} ${desk.data}`);
  }
  return exitCode.done;
}

/** `labloop person show ID [DATA]`: says what is to be done, and how to say how it went. */
export async function showAsk(named: string, data: string | undefined, flags: { json?: boolean }): Promise<ExitCode> {
  const desk = await openDesk(chosenFolder(data, process.env));
  const ask = findAsk(desk.view, named);
  if (flags.json === true) printJson({ v: 1, ok: true, ask });
  else for (const line of askLines(ask, desk.data)) print(line);
  return exitCode.done;
}

/** `labloop person answer ID [DATA]`: says how a step went that a person was asked to do. */
export async function answerAsk(named: string, data: string | undefined, flags: PersonFlags): Promise<ExitCode> {
  const name = flags.by.trim();
  if (name === "") throw new LabError("usage.noName", "--by names nobody");
  const odds = atOdds(flags);
  if (odds.length > 0) throw new LabError("usage.answersAtOdds", odds.join("; "), { hint: "nothing was recorded" });
  const by: Actor = { kind: "operator", name };
  const desk = await openDesk(chosenFolder(data, process.env));
  const ask = findAsk(desk.view, named);
  const { commandId } = ask;
  let answer: StepAnswer;
  if (flags.notDone === true || flags.impossible === true) {
    const reason = (flags.reason ?? "").trim();
    if (reason === "") throw new LabError("usage.noReason", "--reason says why it was not done");
    answer = { as: flags.impossible === true ? "impossible" : "not-done", reason };
  } else {
    const [typed, photos] = [withoutPhotos(ask.result), readPhotos(ask.result, flags.photo ?? [])];
    const result = readResult(typed, { result: flags.result ?? [] });
    const executed = flags.executed === undefined ? null : readResult(ask.paramSpecs, { result: flags.executed });
    const faults = [result, photos, executed].flatMap((read) => (read === null || read.ok ? [] : read.faults));
    if (faults.length > 0) return reportFaults(faults, flags.json === true);
    const kept = photos.ok ? await keepPhotos(desk.photos, commandId, photos.value) : {};
    const values = result?.ok === true ? result.value : {};
    answer = {
      as: "done",
      result: { ...values, ...kept },
      ...(executed?.ok === true ? { executed: executed.value } : {}),
    };
  }
  // As it was understood: an answer stands for good, and 2310 mg are 2.31 g.
  const understood = [answer.as, ...valuesOf(answer)].join(", ");
  const said = `run ${ask.run}, ${ask.step} on ${ask.device} is answered as ${understood}`;
  return giveAnswer(desk, { type: "step.answer", commandId, answer, by }, said, flags.json === true);
}

function valuesOf(answer: StepAnswer): string[] {
  if (answer.as !== "done") return [];
  const words = (values: Values) => Object.entries(values).map(([name, value]) => `${name} = ${valueText(value)}`);
  const executed = words(answer.executed ?? {});
  return [...words(answer.result), ...(executed.length === 0 ? [] : [`carried out with ${executed.join(", ")}`])];
}
