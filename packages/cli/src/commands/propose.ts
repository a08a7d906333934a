import { proposeDesigns } from "@labloop/optimizer";
import { learnNeural } from "@labloop/optimizer/neural";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { aheadQuestionOf } from "../propose/ahead-question.ts";
import { loadHistory } from "../propose/load-history.ts";
import { proposalLines } from "../propose/proposal-lines.ts";
import { print, printJson, say } from "../say.ts";
import { countOf, seedOf } from "./number-of.ts";
import { reportFaults } from "./report-faults.ts";

export interface ProposeFlags {
  readonly count: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `labloop propose STUDY DATA`: what to make next, from a study and a table of what was made before. */
export async function propose(studyFile: string, dataFile: string, flags: ProposeFlags): Promise<ExitCode> {
  const count = countOf("--count", flags.count);
  const seed = seedOf(flags.seed);
  const isJson = flags.json === true;
  const loaded = loadHistory(studyFile, dataFile);
  if (!loaded.ok) return reportFaults(loaded.faults, isJson);
  const { study, imported, outside, elsewhere, related, place } = loaded.value;
  const { trials, lines, pending, setAside, ignored, lacking } = imported;
  const ahead = aheadQuestionOf(
    study,
    trials.filter((_, i) => !elsewhere.includes(lines[i] as number)),
  );
  const asked = { study, trials: [...trials, ...related], pending, seed, count };
  const request = ahead === undefined ? asked : { ...asked, ahead };
  const neural = await learnNeural(request);
  const answer = proposeDesigns(neural === null ? request : { ...request, neural });
  if (Array.isArray(answer)) return reportFaults(answer.map(place), isJson);
  if (isJson) {
    const told = {
      trials: trials.length,
      outside,
      elsewhere,
      related: related.length,
      pending: pending.length,
      setAside,
      ignored,
      lacking,
    };
    printJson({ v: 1, ok: true, seed, ...told, ...answer });
    return exitCode.done;
  }
  const having = (status: string) => trials.filter(({ outcome }) => outcome.status === status).length;
  say(
    `${dataFile}: ${having("measured")} measured, ${having("infeasible")} infeasible, ${having("fault")} broken, ${pending.length} being made`,
  );
  if (setAside.length > 0) {
    say(`${linesOf(setAside)}: the status is not measured, so nothing is learned from what was read there`);
  }
  if (outside.length > 0) {
    say(
      `${linesOf(outside)}: outside what the study allows; the model learns from it, but it is not called the best so far`,
    );
  }
  if (elsewhere.length > 0) {
    say(
      `${linesOf(elsewhere)}: what the study does not vary had another value there, so nothing is learned from it; give it a range that holds both to learn from all`,
    );
  }
  for (const { task, table } of study.related ?? []) {
    const measured = related.filter((trial) => trial.task === task && trial.outcome.status === "measured").length;
    say(`${table}: ${measured} measured by the related campaign "${task}"`);
  }
  if (ignored.length > 0) say(`columns that the study does not name: ${ignored.join(", ")}`);
  if (lacking.length > 0) say(`no column for ${lacking.join(", ")}: nothing is known of it`);
  const { length } = answer.proposals;
  if (length > 0 && length < count) say(`${length} of ${count} designs: no other is left to propose`);
  for (const line of proposalLines(study, answer, trials)) print(line);
  return exitCode.done;
}

function linesOf(lines: readonly number[]): string {
  return `line${lines.length === 1 ? "" : "s"} ${lines.join(", ")}`;
}
