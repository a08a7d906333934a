import type { Probe } from "@labloop/contracts";
import type { DeviceDefinition, DriverContext, Evidence, Finding } from "../define-device.ts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
import { doubtOf, maxInlineBytes, plainEvidence } from "./conclude.ts";
import type { Executor } from "./executor.ts";
import type { Reporter } from "./reporter.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface ProbeOptions<Session> {
  readonly operations: DeviceDefinition<unknown, Session>["operations"];
  readonly context: DriverContext;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly executor: Executor;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** A search for evidence waits for nobody. */
const nobody = new Promise<never>(() => {});

/** Answers `probe` with what the instrument shows of one command; changes no record, whatever it finds. */
export function createProbeAnswer<Session>(options: ProbeOptions<Session>): (probe: Probe) => void {
  const { operations, context, store, wire, executor, reporter, signal } = options;
  const { log } = context;

  const nothing = (reason: string, evidence: Evidence = {}): Finding => {
    return { outcome: "unknown", decisive: false, evidence: { ...evidence, reason } };
  };

  /** What can be said without asking the instrument; null when it must be asked. */
  const fromJournal = (record: CommandRecord | null): Finding | null => {
    if (record === null) return nothing("this device has never seen the command");
    if (record.baseline === null || record.startedJseq === null) {
      return { outcome: "not-happened", decisive: true, evidence: { reason: "never started", state: record.state } };
    }
    if (executor.heldIds().includes(record.commandId)) {
      return wire.session() === null
        ? nothing("no connection to the instrument")
        : { outcome: "running", decisive: true, evidence: { reason: "it is being watched" } };
    }
    const holderId = executor.holderOf(record.order?.op ?? "");
    if (holderId !== null) return nothing(`${holderId} has the device`);
    // A counter that went up, a value that came in: after another act it proves nothing about this one.
    if (store.hasStartedAfter(record.startedJseq)) return nothing("another command was started after this one");
    return null;
  };

  const find = async (commandId: string): Promise<Finding> => {
    const record = store.find(commandId);
    const known = fromJournal(record);
    const operation = operations[record?.order?.op ?? ""];
    if (known !== null) return known;
    if (record === null || record.order === null || operation === undefined) return nothing("no such operation here");
    // A request stands as long as its act: once that is over, there is nobody to look at.
    if (operation.asks !== undefined) return nothing(`nobody is asked any more; it was recorded as ${record.state}`);
    const session = wire.session();
    if (session === null) return nothing("no connection to the instrument");
    const operationContext = {
      ...context,
      commandId,
      signal,
      progress: () => {},
      partial: () => {},
      answer: () => nobody,
    };
    try {
      const finding = await operation.probe(session, record.order.params, record.baseline ?? {}, operationContext);
      if (signal.aborted) return finding;
      const now = store.find(commandId);
      const doubt = doubtOf(finding, now?.evidence?.["stopSentAt"] !== undefined);
      const believed = doubt === null ? finding : nothing(doubt, { ...finding.evidence, found: finding.outcome });
      return fromJournal(now) ?? believed;
    } catch (error) {
      return nothing(error instanceof Error ? error.message : String(error));
    }
  };

  const answer = async ({ rid, commandId }: Probe): Promise<void> => {
    const finding = await find(commandId);
    if (signal.aborted) return;
    const { outcome, decisive } = finding;
    // The result rides along as evidence: whoever settles the doubt needs it.
    const ending = finding.outcome === "happened" ? { ending: finding.ending } : {};
    const evidence = plainEvidence({ ...finding.evidence, ...ending });
    const bytes = Buffer.byteLength(JSON.stringify(evidence));
    if (bytes <= maxInlineBytes) return reporter.probeResult(rid, commandId, { outcome, decisive, evidence });
    const tooLarge = nothing(`what was found takes ${bytes} bytes, more than an answer has room for`, {
      found: outcome,
    });
    reporter.probeResult(rid, commandId, tooLarge);
  };

  return (probe) => {
    answer(probe).catch((error: unknown) =>
      log.error({ commandId: probe.commandId, error }, "the probe has no answer"),
    );
  };
}
