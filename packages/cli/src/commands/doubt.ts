import { userInfo } from "node:os";
import { type Actor, LabError, type OperatorCommand, Resolution } from "@labloop/contracts";
import * as z from "zod";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { doubtLabel, doubtLines, waitingLines } from "../doubt/doubt-lines.ts";
import { findDoubt } from "../doubt/find-doubt.ts";
import { type Desk, openDesk } from "../doubt/open-desk.ts";
import { whatWaits } from "../doubt/what-waits.ts";
import { keepPhotos, readPhotos, withoutPhotos } from "../doubt/read-photos.ts";
import { readResult } from "../doubt/read-result.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { print, printJson, say } from "../say.ts";
import { reportFaults } from "./run.ts";

export interface AnswerFlags {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}

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
  if (!takesResult && (flags.result ?? flags.resultJson) !== undefined) {
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
  return answer(desk, command, `${doubtLabel(doubt)} is answered as ${as.data}`, flags.json === true);
}

/** `labloop doubt ask ID [DATA]`: has the device look for evidence once more. */
export async function askDevice(
  named: string,
  data: string | undefined,
  flags: Partial<AnswerFlags>,
): Promise<ExitCode> {
  const by = person("--by", flags.by ?? userInfo().username);
  const reason = reasonOf(flags.reason ?? "asked from the command line");
  const desk = await openDesk(chosenFolder(data, process.env));
  const doubt = findDoubt(desk.view, named);
  const { commandId, device } = doubt;
  const said = `${device} is asked; labloop doubt show ${commandId} ${desk.data} has its answer`;
  return answer(desk, { type: "doubt.probe", commandId, by, reason }, said, flags.json === true);
}

/** `labloop device release DEVICE [DATA]`: lets a device be used again that was taken out of use. */
export async function releaseDevice(device: string, data: string | undefined, flags: AnswerFlags): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const desk = await openDesk(chosenFolder(data, process.env));
  // Of a campaign that is over, too: others in its lab wait for its devices.
  const outOfUse = desk.view.devices.flatMap((each) => (each.phase === "quarantined" ? [each.device] : []));
  if (!outOfUse.includes(device)) {
    throw new LabError("usage.unknownDevice", `${device} is not out of use`, {
      hint: outOfUse.length === 0 ? "no device is" : `out of use: ${outOfUse.join(", ")}`,
    });
  }
  return answer(desk, { type: "device.release", device, by, reason }, `${device} is released`, flags.json === true);
}

/** `labloop device calibrated DEVICE [DATA]`: says what a device's values rest on from now on. */
export async function stateCalibration(
  device: string,
  data: string | undefined,
  flags: AnswerFlags & { readonly reference: string; readonly expires?: string },
): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const { reference, expires = null } = flags;
  if (expires !== null && !z.iso.date().safeParse(expires).success) {
    throw new LabError("usage.badDate", `--expires ${expires} is no date`, { hint: "write it as 2027-03-31" });
  }
  const desk = await openDesk(chosenFolder(data, process.env));
  const said = `${device} rests on ${reference}${expires === null ? "" : `, valid to ${expires}`}`;
  const command = { type: "device.calibrated", device, reference, expires, by, reason } as const;
  return answer(desk, command, said, flags.json === true);
}

/** `labloop device maintained DEVICE NAME [DATA]`: says that a maintenance of a device was done. */
export async function stateMaintenance(
  device: string,
  name: string,
  data: string | undefined,
  flags: AnswerFlags,
): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const desk = await openDesk(chosenFolder(data, process.env));
  const command = { type: "device.maintained", device, maintenance: name, by, reason } as const;
  return answer(desk, command, `${name} of ${device} is done`, flags.json === true);
}

/** `labloop resume [DATA]`: lets a paused campaign go on. */
export async function resumeCampaign(
  data: string | undefined,
  flags: Pick<AnswerFlags, "by" | "json">,
): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const desk = await openDesk(chosenFolder(data, process.env));
  return answer(desk, { type: "campaign.resume", by }, "the campaign goes on", flags.json === true);
}

/** `labloop restore confirm [DATA]`: says that a journal is an older backup, and lets it go on above its devices' fences. */
export async function confirmRestore(data: string | undefined, flags: AnswerFlags): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const desk = await openDesk(chosenFolder(data, process.env));
  return answer(desk, { type: "restore.confirm", by, reason }, "the backup is confirmed", flags.json === true);
}

async function answer(desk: Desk, command: OperatorCommand, said: string, isJson: boolean): Promise<ExitCode> {
  const receipt = await desk.submit(command);
  if (!receipt.ok) throw new LabError("doubt.refused", `refused: ${receipt.reason}`);
  const takesEffect = isRunning(desk) ? "now" : "nextRun";
  if (isJson) {
    printJson({ v: 1, ok: true, command: command.type, seq: receipt.seq, takesEffect });
    return exitCode.done;
  }
  print(`${said}: recorded as event ${receipt.seq}`);
  if (takesEffect === "now") return exitCode.done;
  if (command.type === "device.maintained") say(`campaigns that begin beside ${desk.data} count from there`);
  else say(`it takes effect when the campaign is run again with the data folder ${desk.data}`);
  return exitCode.done;
}

function isRunning({ url }: Desk): boolean {
  return url !== null;
}

function whereabouts({ data, url, view }: Desk): string {
  const where = url === null ? "from its journal" : `running, ${url}`;
  return `campaign ${view.campaign?.campaign ?? "none"}, data ${data}, ${where}`;
}

function person(flag: string, name: string): Actor {
  const trimmed = name.trim();
  if (trimmed === "") throw new LabError("usage.noName", `${flag} names nobody`);
  return { kind: "operator", name: trimmed };
}

function reasonOf(reason: string): string {
  const trimmed = reason.trim();
  if (trimmed === "") throw new LabError("usage.noReason", "--reason says nothing");
  return trimmed;
}
