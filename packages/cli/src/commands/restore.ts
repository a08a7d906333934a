import { type AnswerFlags, person, reasonOf } from "../doubt/answer-flags.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { giveAnswer } from "../doubt/give-answer.ts";
import { openDesk } from "../doubt/open-desk.ts";
import type { ExitCode } from "../exit-code.ts";

/** `labloop restore confirm [DATA]`: says that a journal is an older backup, and lets it go on above its devices' fences. */
export async function confirmRestore(data: string | undefined, flags: AnswerFlags): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const desk = await openDesk(chosenFolder(data, process.env));
  return giveAnswer(desk, { type: "restore.confirm", by, reason }, "the backup is confirmed", flags.json === true);
}
