import { digestOf } from "@labloop/contracts/digest";
import { createFolding, successes } from "@labloop/engine";
import { readJournal } from "@labloop/journal";
import { pathsOf } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { faultText, print, printJson, say } from "../say.ts";
import { stateDigest } from "../report/state-digest.ts";

/**
 * `labloop replay DIR`: verifies the hash chain, folds the journal from event 1 without any snapshot, and says what state
 * it gives; an altered, missing or unreadable event is named.
 */
export async function replay(folder: string, flags: { json?: boolean }): Promise<ExitCode> {
  const reader = readJournal(pathsOf(folder).journal);
  try {
    const folding = createFolding();
    const verified = reader.verify((record) => folding.take(record));
    if (!verified.ok) {
      if (flags.json === true) printJson({ v: 1, ok: false, faults: verified.faults });
      else for (const fault of verified.faults) say(faultText(fault));
      return exitCode.failed;
    }
    const { state } = folding;
    const { events, head } = verified.value;
    const summary = {
      v: 1,
      ok: true,
      events,
      head: `sha256:${head}`,
      state: `sha256:${digestOf(stateDigest(state))}`,
      campaign: state.campaign?.campaign ?? null,
      phase: state.campaign?.chart.value ?? null,
      experiments: successes(state),
      openCommands: state.openCommands.size,
    };
    if (flags.json === true) printJson(summary);
    else {
      print(`${events} events, every hash holds, head ${summary.head}`);
      print(`campaign ${summary.campaign ?? "none"}: ${summary.phase ?? "empty"}, ${summary.experiments} experiments`);
    }
    return exitCode.done;
  } finally {
    reader.close();
  }
}
