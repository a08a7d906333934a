import { LabError, type OperatorCommand } from "@labloop/contracts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { print, printJson, say } from "../say.ts";
import type { Desk } from "./open-desk.ts";

/** Gives a person's word to a campaign, running or at rest, and says what was recorded. Throws `doubt.refused`. */
export async function giveAnswer(
  desk: Desk,
  command: OperatorCommand,
  said: string,
  isJson: boolean,
): Promise<ExitCode> {
  const receipt = await desk.submit(command);
  if (!receipt.ok) throw new LabError("doubt.refused", `refused: ${receipt.reason}`);
  const takesEffect = desk.url !== null ? "now" : "nextRun";
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
