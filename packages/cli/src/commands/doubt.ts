import { LabError, type OperatorCommand, Resolution } from "@labloop/contracts";
import { type AnswerFlags, person, reasonOf } from "../doubt/answer-flags.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { doubtLabel, doubtLines, valueText, waitingLines } from "../doubt/doubt-lines.ts";
import { findDoubt } from "../doubt/find-doubt.ts";
import { giveAnswer } from "../doubt/give-answer.ts";
import { loginName } from "../login-name.ts";
import { type Desk, openDesk } from "../doubt/open-desk.ts";
import { whatWaits } from "../doubt/what-waits.ts";
import { keepPhotos, readPhotos, withoutPhotos } from "../doubt/read-photos.ts";
import { readResult } from "../doubt/read-result.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { print, printJson, say } from "../say.ts";
import { reportFaults } from "./report-faults.ts";

export interface ResolveFlags extends AnswerFlags {
  readonly as: string;
  readonly result?: readonly string[];
  readonly resultJson?: string;
  readonly photo?: readonly string[];
  readonly stopRun?: boolean;
  readonly second?: string;
}

/** `labloop doubt list [DATA]`: says what waits for a person, from the running campaign or from its journal. */
export async function listDoubts(data: string | undefined, flags: { json?: boolean }): Promise<ExitCode> {
  const desk = await openDesk(chosenFolder(data, process.env));
  const { doubts, outOfUse, fencesAbove } = whatWaits(desk.view);
  if (flags.json === true) {
    const name = desk.view.campaign?.campaign ?? null;
    printJson({
      v: 1,
      ok: true,
      campaign: name,
      data: desk.data,
      isRunning: isRunning(desk),
      doubts,
      outOfUse,
      fencesAbove,
    });
    return exitCode.done;
  }
  say(whereabouts(desk));
  const lines = waitingLines(desk.view, desk.data);
  for (const line of lines.length === 0 ? ["nothing waits for a person"] : lines) print(line);
  return exitCode.done;
}

/** `labloop doubt show ID [DATA]`: says all that is known of one command in doubt, and how it can be answered. */
export async function showDoubt(named: string, data: string | undefined, flags: { json?: boolean }): Promise<ExitCode> {
  const desk = await openDesk(chosenFolder(data, process.env));
  const doubt = findDoubt(desk.view, named);
  if (flags.json === true) {
    printJson({ v: 1, ok: true, data: desk.data, isRunning: isRunning(desk), doubt });
    return exitCode.done;
  }
  say(whereabouts(desk));
  for (const line of doubtLines(doubt, desk.data)) print(line);
  return exitCode.done;
}

/** `labloop doubt resolve ID [DATA] --as …`: records what a person says became of it. */
export async function resolveDoubt(named: string, data: string | undefined, flags: ResolveFlags): Promise<ExitCode> {
  const as = Resolution.safeParse(flags.as);
  if (!as.success) {
    throw new LabError("usage.badAnswer", `--as ${flags.as} is none of ${Resolution.options.join(", ")}`);
  }
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const desk = await openDesk(chosenFolder(data, process.env));
  const doubt = findDoubt(desk.view, named);
  const takesResult = as.data === "executed" || as.data === "partial";
  if (!takesResult && (flags.result ?? flags.resultJson ?? flags.photo) !== undefined) {
    throw new LabError("usage.noResultWanted", `--as ${as.data} has no result`);
  }
  // What returns nothing needs nothing entered; of anything else the faults are told here, all at once.
  const isNeeded = as.data === "executed";
  const given = flags.result === undefined && flags.resultJson === undefined && isNeeded ? { result: [] } : flags;
  const read = takesResult ? readResult(withoutPhotos(doubt.result), given) : null;
  // Of what was done in part there may be no photo.
  const isPhotoNeeded = read !== null && (isNeeded || flags.photo !== undefined);
  const photos = isPhotoNeeded ? readPhotos(doubt.result, flags.photo ?? []) : null;
  const faults = [read, photos].flatMap((each) => (each === null || each.ok ? [] : each.faults));
  if (faults.length > 0) return reportFaults(faults, flags.json === true);
  const { commandId } = doubt;
  const kept = photos?.ok === true ? await keepPhotos(desk.photos, commandId, photos.value) : {};
  const command: OperatorCommand = {
    type: "doubt.resolve",
    commandId,
    as: as.data,
    ...(read?.ok === true ? { result: { ...read.value, ...kept } } : {}),
    ...(flags.stopRun === true ? { stopsRun: true } : {}),
    by,
    ...(flags.second === undefined ? {} : { confirmedBy: person("--second", flags.second) }),
    reason,
  };
  // As it was understood: an answer stands for good, and 2 mL are 2000 uL.
  const understood = Object.entries(command.result ?? {}).map(([name, value]) => `${name} = ${valueText(value)}`);
  const answer = [as.data, ...understood].join(", ");
  return giveAnswer(desk, command, `${doubtLabel(doubt)} is answered as ${answer}`, flags.json === true);
}

/** `labloop doubt ask ID [DATA]`: has the device look for evidence once more. */
export async function askDevice(
  named: string,
  data: string | undefined,
  flags: Partial<AnswerFlags>,
): Promise<ExitCode> {
  const by = person("--by", flags.by ?? loginName());
  const reason = reasonOf(flags.reason ?? "asked from the command line");
  const desk = await openDesk(chosenFolder(data, process.env));
  const doubt = findDoubt(desk.view, named);
  const { commandId, device } = doubt;
  const said = `${device} is asked; labloop doubt show ${commandId} ${desk.data} has its answer`;
  return giveAnswer(desk, { type: "doubt.probe", commandId, by, reason }, said, flags.json === true);
}

function isRunning({ url }: Desk): boolean {
  return url !== null;
}

function whereabouts({ data, url, view }: Desk): string {
  const where = url === null ? "from its journal" : `running, ${url}`;
  return `campaign ${view.campaign?.campaign ?? "none"}, data ${data}, ${where}`;
}
