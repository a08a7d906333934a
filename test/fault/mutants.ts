/** One change of a source: text that stands there exactly once, and what stands there instead. */
interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A rule taken out of the sources, which the simulation has to notice. */
export interface Mutant {
  /** Its number in the contract's section 15; above 28 it is one of ours. */
  readonly number: number;
  readonly what: string;
  readonly edits: readonly Edit[];
}

const admit = "packages/driver/src/loop/admit.ts";
const commandLoop = "packages/driver/src/loop/command-loop.ts";
const carryOut = "packages/driver/src/loop/carry-out.ts";
const executor = "packages/driver/src/loop/executor.ts";
const memoryStore = "packages/driver/src/store/memory-store.ts";
const turns = "packages/engine/src/turns.ts";
const transaction = "packages/journal/src/transaction.ts";
const onDeadline = "packages/engine/src/decide/on-deadline.ts";
const onReport = "packages/engine/src/decide/on-report.ts";
const onSnapshot = "packages/engine/src/decide/on-snapshot.ts";

/** The event that a command was not executed, as no device has said it. */
const claimed = (commandId: string) =>
  `{ type: "step.notExecuted", commandId: ${commandId}, bootId: "x", jseq: 0, tWall: new Date(0).toISOString(), ` +
  `state: "cancelled", error: { code: "x.x", message: "x", class: "crash" }, late: false }`;

const turnsEnd = `    const records = append(events, at);
    state = next;
    onTurn(state, effects);`;
const early = (type: string) => `    const before = state;
    state = next;
    onTurn(state, effects.filter((effect) => effect.type === "${type}"));
    state = before;
    const records = append(events, at);
    state = next;
    onTurn(state, effects.filter((effect) => effect.type !== "${type}"));`;

const rejectVerdict = "          if (!write({ record, fence: execute.epoch }, { commandId })) return;\n";

export const mutants: readonly Mutant[] = [
  {
    number: 1,
    what: "a device forgets to look whether it knows a command",
    edits: [
      { file: admit, find: "if (byId !== null) {", replace: "if (byId !== null && false) {" },
      {
        file: admit,
        find: "if (byDseq !== null) return",
        replace: "if (byDseq !== null && byDseq.commandId !== execute.commandId) return",
      },
    ],
  },
  {
    number: 2,
    what: "a device knows commands in memory only",
    edits: [{ file: memoryStore, find: "new Map(medium.content?.records);", replace: "new Map();" }],
  },
  {
    number: 3,
    what: "`started` is written after the first byte",
    edits: [
      {
        file: carryOut,
        find: "        journal.write(started);",
        replace:
          "        await act.operation.start(session, act.order.params, baseline, contextOf(act));\n        journal.write(started);",
      },
      {
        file: carryOut,
        find: "(async () => act.operation.start(session, act.order.params, baseline, contextOf(act)))();",
        replace: "Promise.resolve();",
      },
    ],
  },
  {
    number: 4,
    what: "what had started is begun again after a restart",
    edits: [
      {
        file: executor,
        find: "takeTurn(act, () => follower.recover(act, record.baseline ?? {}));",
        replace: `takeTurn(act, async () => {
          const session = await wire.next(shutdown);
          await act.operation.start(session, act.order.params, record.baseline ?? {}, contextOf(act));
          return follower.recover(act, record.baseline ?? {});
        });`,
      },
    ],
  },
  {
    number: 5,
    what: "the hard deadline is taken for a failure",
    edits: [
      {
        file: onDeadline,
        find: `{ type: "step.doubted", commandId, reason, evidence: {} }`,
        replace: claimed("commandId"),
      },
    ],
  },
  {
    number: 6,
    what: "after the start deadline the step is ordered anew, under a new id",
    edits: [{ file: onDeadline, find: `{ type: "step.overdue", commandId }`, replace: claimed("commandId") }],
  },
  {
    number: 7,
    what: "never seen is taken for not executed",
    edits: [
      {
        file: onSnapshot,
        find: "  const { rid, journalId, fence, watermark, maxDseq } = snapshot;",
        replace: `  for (const { commandId } of renewed.splice(0)) take({ events: [${claimed("commandId")}], effects: [] });
  const { rid, journalId, fence, watermark, maxDseq } = snapshot;`,
      },
    ],
  },
  {
    number: 8,
    what: "a command that a device has not seen is cancelled without a tombstone",
    edits: [
      {
        file: commandLoop,
        find: "        if (!write({ record: tombstone, fence: epoch }, { commandId })) return;\n",
        replace: "",
      },
    ],
  },
  {
    number: 9,
    what: "a command is published before its intent is durable",
    edits: [{ file: turns, find: turnsEnd, replace: early("publishCommand") }],
  },
  {
    number: 10,
    what: "commands below the fence are obeyed",
    edits: [
      { file: admit, find: "if (execute.epoch < head.fence)", replace: "if (execute.epoch < 0)" },
      { file: carryOut, find: "if (record.epoch < fence) {", replace: "if (record.epoch < 0) {" },
    ],
  },
  {
    number: 11,
    what: "records are pruned before they are acknowledged",
    edits: [
      { file: commandLoop, find: "const keepRecords = 10_000;", replace: "const keepRecords = 0;" },
      { file: commandLoop, find: "const keepMs = 30 * 24 * 3_600_000;", replace: "const keepMs = -1;" },
      { file: commandLoop, find: "const pruneEveryAcks = 1_000;", replace: "const pruneEveryAcks = 1;" },
      { file: memoryStore, find: "if (!record.isAcked || record.settledAt", replace: "if (record.settledAt" },
      { file: memoryStore, find: "      watermark = Math.max(watermark, record.dseq);\n", replace: "" },
    ],
  },
  {
    number: 12,
    what: "the fence is not durable",
    edits: [
      {
        file: memoryStore,
        find: "      medium.content = { head, records, results };\n      return head;",
        replace: "      medium.content = { head: { ...head, fence: 0 }, records, results };\n      return head;",
      },
    ],
  },
  {
    number: 13,
    what: "a rejection leaves no tombstone",
    edits: [
      {
        file: commandLoop,
        find: rejectVerdict,
        replace: "",
      },
    ],
  },
  {
    number: 14,
    what: "a refusal is taken for an end",
    edits: [
      {
        file: "packages/engine/src/decide/on-refusal.ts",
        find: `  if (code === "stale-epoch") return onFence(state, device, fence);`,
        replace: `  if (commandId !== undefined && openCommand(state, commandId) !== null) return { events: [${claimed("commandId")}], effects: [] };
  if (code === "stale-epoch") return onFence(state, device, fence);`,
      },
    ],
  },
  {
    number: 15,
    what: "a device that has lost its journal is believed",
    edits: [
      {
        file: onSnapshot,
        find: "const hasForgotten = hasLostMemory(state, device, snapshot, asked, unseen);",
        replace: "const hasForgotten = false;",
      },
    ],
  },
  {
    number: 16,
    what: "commands are obeyed after a boot before a reconcile",
    edits: [{ file: admit, find: "if (!now.isReconciled) return", replace: "if (false) return" }],
  },
  {
    number: 17,
    what: "an end is acknowledged before it is durable",
    edits: [{ file: turns, find: turnsEnd, replace: early("acknowledge") }],
  },
  {
    number: 18,
    what: "parameters are not held against their hash",
    edits: [
      {
        file: admit,
        find: "if (paramsHashOf(execute.op, execute.params) !== execute.paramsHash) {",
        replace: "if (paramsHashOf(execute.op, execute.params) === null) {",
      },
    ],
  },
  {
    number: 19,
    what: "a kept command is obeyed",
    edits: [{ file: admit, find: "if (now.isRetained) return", replace: "if (false) return" }],
  },
  {
    number: 20,
    what: "the death of an earlier connection is believed",
    edits: [
      {
        file: "packages/engine/src/decide/on-presence.ts",
        find: "known !== undefined && known.bootId === bootId && known.bdSeq === bdSeq;",
        replace: "known !== undefined;",
      },
    ],
  },
  {
    number: 21,
    what: "a repeated report makes another observation",
    edits: [
      {
        file: onReport,
        find: "  return closed === undefined || !isTerminal(fact.state) ? nothing : onClosed(state, closed, fact);",
        replace: `  const last = state.observations.at(-1);
  const twice = last === undefined ? [] : [{ type: "observation.made", observation: last }];
  return closed === undefined || !isTerminal(fact.state) ? nothing : { ...onClosed(state, closed, fact), events: twice };`,
      },
      {
        file: "packages/journal/src/schema.ts",
        find: "step_id TEXT PRIMARY KEY, observation_id TEXT NOT NULL UNIQUE,",
        replace: "step_id TEXT, observation_id TEXT,",
      },
    ],
  },
  {
    number: 22,
    what: "the latch of an E-STOP is not durable",
    edits: [
      {
        file: memoryStore,
        find: "      medium.content = { head, records, results };\n      return head;",
        replace:
          "      medium.content = { head: { ...head, stopId: 0, isLatched: false }, records, results };\n      return head;",
      },
    ],
  },
  {
    number: 23,
    what: "the time to live is looked at on receipt only",
    edits: [{ file: carryOut, find: "if (linkClock.now() >= startBy) {", replace: "if (false) {" }],
  },
  {
    number: 24,
    what: "an operation without a class counts as idempotent",
    edits: [{ file: "packages/driver/src/caps-of.ts", find: `?? "non-repeatable"`, replace: `?? "idempotent"` }],
  },
  {
    number: 26,
    what: "a late fact overrules a person",
    edits: [
      {
        file: onReport,
        find: '      if (isDenied(command)) return contradict(command.resolution, device, fact);\n      return only({\n        type: "step.succeeded",',
        replace: '      return only({\n        type: "step.succeeded",',
      },
    ],
  },
  {
    number: 27,
    what: "command numbers go back after a restored backup",
    edits: [
      {
        file: "packages/engine/src/fold/fold-device.ts",
        find: "dseq: Math.max(device.dseq, event.maxDseq, event.watermark),",
        replace: "dseq: device.dseq,",
      },
    ],
  },
  {
    number: 28,
    what: "a command is reported as accepted before that is durable",
    edits: [
      {
        file: commandLoop,
        find: "          executor.begin(record, startBy);\n",
        replace: "          reporter.report(record);\n          executor.begin(record, startBy);\n",
      },
      { file: "packages/driver/src/loop/durable-bus.ts", find: "        store.flush();\n", replace: "" },
    ],
  },
  {
    number: 29,
    what: "nobody looks at E-STOP and local control again right before the first byte",
    edits: [{ file: carryOut, find: "if (closed !== null) {", replace: "if (closed !== null && false) {" }],
  },
  {
    number: 30,
    what: "a device that has lost its journal is asked under the old epoch",
    edits: [
      {
        file: "packages/engine/src/decide/needs-new-epoch.ts",
        find: "state.devices.get(device)?.staleEpoch === state.epoch",
        replace: "false",
      },
      { file: onSnapshot, find: `    effects.push({ type: "raiseEpoch" });\n`, replace: "" },
    ],
  },
  {
    number: 31,
    what: "an E-STOP whose answer was lost is not called again",
    edits: [
      {
        file: "packages/engine/src/stop-desk.ts",
        find: "if (estop.isActive && !isAnswered()) {",
        replace: "if (estop.isActive && false) {",
      },
    ],
  },
  {
    number: 32,
    what: "an orphan that ended unseen keeps its device waiting",
    edits: [
      {
        file: onSnapshot,
        find: "for (const commandId of overOrphans(state, device, snapshot))",
        replace: "for (const commandId of [])",
      },
    ],
  },
  {
    number: 33,
    what: "a turn is not one transaction, so that a torn one stays",
    edits: [
      { file: transaction, find: `  database.exec("BEGIN IMMEDIATE");\n`, replace: "" },
      { file: transaction, find: `    database.exec("COMMIT");\n`, replace: "" },
    ],
  },
  {
    number: 34,
    what: "a write that failed is taken for not made",
    edits: [
      {
        file: carryOut,
        find: `if (launched === null && (shutdown.aborted || store.find(act.commandId)?.state !== "started")) return;`,
        replace: "if (launched === null) return;",
      },
    ],
  },
  {
    number: 35,
    what: "an engine that was frozen publishes before it looks whether its lease has run out",
    edits: [
      {
        file: "packages/engine/src/outlet.ts",
        find: "if (!lease.isHeld(linkClock.now())) {",
        replace: "if (false) {",
      },
    ],
  },
];

/** Mutants that this simulation cannot reach, and the tests that notice them. */
export const noticedElsewhere: Readonly<
  Record<number, { readonly what: string; readonly file: string; readonly tests: readonly string[] }>
> = {
  // The simulated network has links of its own and no MQTT client, whose store could replay.
  25: {
    what: "an MQTT client is kept when its connection closes, and reconnects by itself",
    file: "test/contract/mqtt-bus.test.ts",
    tests: [
      "T2: a message without acknowledgement is given up in time, and the link with it",
      "T3: a killed broker that comes back on its port gets a fresh client, and nothing stale",
    ],
  },
};
