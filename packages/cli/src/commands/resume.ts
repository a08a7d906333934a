import { type AnswerFlags, person } from "../doubt/answer-flags.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { giveAnswer } from "../doubt/give-answer.ts";
import { openDesk } from "../doubt/open-desk.ts";
import type { ExitCode } from "../exit-code.ts";

/** `labloop resume [DATA]`: lets a paused campaign go on. */
export async function resumeCampaign(
  data: string | undefined,
  flags: Pick<AnswerFlags, "by" | "json">,
): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const desk = await openDesk(chosenFolder(data, process.env));
  return giveAnswer(desk, { type: "campaign.resume", by }, "the campaign goes on", flags.json === true);
}
