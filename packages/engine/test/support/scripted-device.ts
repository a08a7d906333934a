import type { Bus } from "@labloop/bus";
import type { Clock, CommandState, Execute, Physical, Report, Snapshot, Values } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import { mixerCaps } from "./documents.ts";

type Fact = Pick<Report, "commandId" | "state" | "physical"> & Partial<Pick<Report, "result" | "executed" | "error">>;

/** A device played by a test: it speaks the contract and does exactly what the test says. */
export interface ScriptedDevice {
  readonly executes: Execute[];
  readonly acks: string[];
  readonly cancels: string[];
  readonly reconciles: { readonly rid: string; readonly open: readonly string[]; readonly epoch: number }[];
  /** What it answers to a reconcile: by default what it reported last for each command. */
  journalId: string;
  /** Whether it answers reconcile requests. */
  isAnswering: boolean;
  /** Commands that are lost on their way. */
  isDeaf: boolean;
  onExecute: (command: Execute) => void;
  born(): Promise<void>;
  report(
    commandId: string,
    state: CommandState,
    more?: { physical?: Physical; result?: Values; error?: string },
  ): Promise<void>;
  beat(): Promise<void>;
}

/** Plays device `mixer-1` on a bus. */
export function playDevice(bus: Bus, clock: Clock): ScriptedDevice {
  const device = "mixer-1";
  const bootId = "boot-1";
  const facts = new Map<string, Fact & { paramsHash: string; dseq: number }>();
  const orders = new Map<string, Execute>();
  let rseq = 0;
  let jseq = 0;
  let beats = 0;
  const stamp = () => ({ v: 1 as const, device, issuedAt: new Date(clock.now()).toISOString() });
  const times = () => ({ tMono: clock.now(), tWall: new Date(clock.now()).toISOString() });

  const self: ScriptedDevice = {
    executes: [],
    acks: [],
    cancels: [],
    reconciles: [],
    journalId: "journal-1",
    isAnswering: true,
    isDeaf: false,
    onExecute: () => undefined,
    async born() {
      await bus.publish("caps", device, { ...stamp(), kind: "caps", caps: mixerCaps });
      const capsHash = digestOf(mixerCaps);
      const { journalId } = self;
      const birth = { online: true, journalId, bootId, bdSeq: 1, jseq, fence: 0, capsHash, mode: "simulated" as const };
      await bus.publish("state", device, { ...stamp(), kind: "state", ...birth });
    },
    async report(commandId, state, { physical = state === "succeeded" ? "full" : "none", result, error } = {}) {
      const order = orders.get(commandId);
      const fact: Fact = {
        commandId,
        state,
        physical,
        ...(result === undefined ? {} : { result }),
        ...(state === "succeeded" ? { executed: order?.params ?? {} } : {}),
        ...(error === undefined ? {} : { error: { code: error, message: error, class: "test" } }),
      };
      facts.set(commandId, { ...fact, paramsHash: order?.paramsHash ?? digestOf(commandId), dseq: order?.dseq ?? 99 });
      const head = { bootId, rseq: ++rseq, jseq: ++jseq, fence: 1 };
      await bus.publish("report", device, { ...stamp(), kind: "report", ...head, ...fact, ...times() });
    },
    async beat() {
      const beat = { kind: "hb" as const, bootId, n: beats++, tMono: clock.now(), running: [], jseq };
      await bus.publish("heartbeat", device, { ...stamp(), ...beat });
    },
  };

  bus.subscribe({
    key: "command",
    name: device,
    onDelivery: ({ payload }) => {
      if (self.isDeaf) return;
      self.executes.push(payload);
      orders.set(payload.commandId, payload);
      self.onExecute(payload);
    },
  });
  bus.subscribe({
    key: "control",
    name: device,
    onDelivery: ({ payload }) => {
      if (payload.kind === "ack") self.acks.push(...payload.commandIds);
      if (payload.kind === "cancel") self.cancels.push(payload.commandId);
      if (payload.kind !== "reconcile") return;
      self.reconciles.push({
        rid: payload.rid,
        open: payload.open.map(({ commandId }) => commandId),
        epoch: payload.epoch,
      });
      if (!self.isAnswering) return;
      const listed = new Set(payload.open.map(({ commandId }) => commandId));
      const known = [...facts.values()].map((fact) => ({ ...fact, ...times() }));
      const snapshot: Snapshot = {
        ...stamp(),
        kind: "snapshot",
        rid: payload.rid,
        part: 0,
        parts: 1,
        journalId: self.journalId,
        bootId,
        jseq,
        fence: payload.epoch,
        watermark: 0,
        maxDseq: Math.max(0, ...known.map(({ dseq }) => dseq)),
        entries: [...listed].map(
          (commandId) =>
            known.find((fact) => fact.commandId === commandId) ?? { commandId, state: "never-seen" as const },
        ),
        unlisted: known.filter(({ commandId }) => !listed.has(commandId) && !self.acks.includes(commandId)),
      };
      // Loss of the answer is not what these tests are about, so a failure to publish it is a failure of the test.
      void bus.publish("report", device, snapshot);
    },
  });
  return self;
}
