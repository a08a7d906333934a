import { join } from "node:path";
import { digestOf } from "@labloop/contracts/digest";
import { type EngineState, emptyState, fold } from "@labloop/engine";
import { createProjection, readJournal } from "@labloop/journal";

/**
 * Verifies a campaign's journal and returns what it folds to: the lasting facts of the engine's state, and the view.
 *
 * How the state keeps its facts may change from version to version; what they are may not.
 */
export function foldArchived(data: string) {
  const reader = readJournal(join(data, "journal.db"));
  try {
    const verified = reader.verify();
    if (!verified.ok) throw new Error(verified.faults.map(({ message }) => message).join("\n"));
    const projection = createProjection();
    let state = emptyState;
    for (const record of reader.events()) {
      const { event, labAt, wallAt } = record;
      state = fold(state, event, { labAt, wallAt }).state;
      projection.apply(record);
    }
    return { chain: verified.value, state: factsOf(state), view: projection.view() };
  } finally {
    reader.close();
  }
}

function factsOf(state: EngineState) {
  const commands = [...state.runs.values()].flatMap(({ steps }) => Object.values(steps));
  return {
    phase: state.campaign?.chart.value ?? null,
    epoch: state.epoch,
    runsQueued: state.runsQueued,
    runs: [...state.runs.values()].map(({ runId, chart, bindings, partRole }) => ({
      runId,
      phase: chart.value,
      bindings,
      partRole,
    })),
    proposals: [...state.proposals.values()].map(({ proposalId, chart }) => [proposalId, chart.value]),
    open: commands
      .filter(({ outcome }) => outcome === null)
      .map(({ commandId, chart, doubt, sent }) => ({ commandId, phase: chart.value, doubt, isSent: sent !== null })),
    closed: [...state.closedCommands].map(([commandId, { state: ended, device }]) => [commandId, device, ended]),
    devices: [...state.devices.values()].map(({ device, chart, journalId, bootId, jseq, dseq, quarantine }) => ({
      device,
      phase: chart.value,
      journalId,
      bootId,
      jseq,
      dseq,
      quarantine,
    })),
    estop: state.estop === null ? null : { stopId: state.estop.stopId, isActive: state.estop.isActive },
    observations: state.observations.map((observation) => digestOf(observation)),
    finished: state.finished,
  };
}
