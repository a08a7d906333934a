import { type Actor, LabError, type StepAnswer } from "@labloop/contracts";
import { askLines } from "../doubt/ask-lines.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { findAsk } from "../doubt/find-ask.ts";
import { openDesk } from "../doubt/open-desk.ts";
import { keepPhotos, readPhotos, withoutPhotos } from "../doubt/read-photos.ts";
import { readResult } from "../doubt/read-result.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { print, printJson } from "../say.ts";
import { reportFaults } from "./report-faults.ts";

export interface PersonFlags {
  readonly by: string;
  readonly result?: readonly string[];
  readonly photo?: readonly string[];
  readonly executed?: readonly string[];
  readonly notDone?: boolean;
  readonly impossible?: boolean;
  readonly reason?: string;
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
  const receipt = await desk.submit({ type: "step.answer", commandId, answer, by });
  if (!receipt.ok) throw new LabError("person.refused", `refused: ${receipt.reason}`);
  if (flags.json === true) printJson({ v: 1, ok: true, command: "step.answer", seq: receipt.seq });
  else print(`recorded as event ${receipt.seq}`);
  return exitCode.done;
}
