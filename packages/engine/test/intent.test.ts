import { DatabaseSync } from "node:sqlite";
import { LabError, type LabEventOf } from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig, type Published, type Rig } from "./support/rig.ts";

const identity = ({ commandId, dseq, paramsHash }: Published<"command">["payload"]) => ({
  commandId,
  dseq,
  paramsHash,
});

/** The code of what broke the engine. */
function brokenBy(rig: Rig): string | null {
  const end = rig.end();
  return end?.kind === "broken" && end.error instanceof LabError ? end.error.code : null;
}

test("E1: every execute is published after its intent is in the journal, with what stands there", async () => {
  const rig = await openRig({ lab: castingLab(2, 2) });
  const intended: unknown[] = [];
  rig.onPublish = (message) => {
    if (message.payload.kind === "execute") {
      const events = [...rig.journal.read()].map(({ event }) => event);
      const { commandId } = message.payload;
      const intent = events.find(
        (event): event is LabEventOf<"step.intended"> =>
          event.type === "step.intended" && event.commandId === commandId,
      );
      intended.push(intent === undefined ? null : identity({ ...message.payload, ...intent }));
    }
    return "deliver";
  };
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  const sent = rig.sent("command").map(({ payload }) => identity(payload));
  expect(sent).toHaveLength(8);
  expect(intended).toEqual(sent);
});

test("E1: an engine that dies between append and publish sends the same command when it is back", async () => {
  const rig = await openRig({ isDurable: true });
  rig.onPublish = ({ key }) => (key === "command" ? "lose" : "deliver");
  await rig.until(() => rig.sent("command").length === 1);
  rig.kill();
  expect(rig.device.executes).toEqual([]);

  rig.onPublish = () => "deliver";
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  const [lost, again, ...others] = rig.sent("command").map(({ payload }) => identity(payload));
  expect(again).toEqual(lost);
  expect(others).toEqual([]);
  expect(rig.events("step.intended")).toHaveLength(1);
});

test("E1: an append that fails lets nothing out, and ends the engine", async () => {
  const full = new LabError("journal.notWritable", "the disk is full");
  const wrapJournal = (journal: Journal): Journal => ({
    ...journal,
    append(events, at) {
      if (events.some(({ type }) => type === "step.intended")) throw full;
      return journal.append(events, at);
    },
  });
  const rig = await openRig({ wrapJournal });
  await rig.until(() => rig.end() !== null);
  expect(brokenBy(rig)).toBe("journal.notWritable");
  expect(rig.sent("command")).toEqual([]);
  const said = rig.published.length;
  await rig.pass(60_000);
  expect(rig.published).toHaveLength(said);
});

test("E1: command numbers are unique and rise by device", async () => {
  const rig = await openRig({ lab: castingLab(4, 2) });
  await rig.until(() => rig.end() !== null);
  const numbers = new Map<string, number[]>();
  for (const { device, dseq } of rig.events("step.intended")) {
    numbers.set(device, [...(numbers.get(device) ?? []), dseq]);
  }
  expect([...numbers.values()].map((each) => each.length).reduce((sum, n) => sum + n)).toBe(16);
  for (const each of numbers.values()) expect(each).toEqual(each.map((_, index) => index + 1));
});

test("E2: whose lease was taken appends nothing, publishes nothing and ends broken", async () => {
  const rig = await openRig({ isDurable: true, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const before = { events: rig.journal.head().seq, published: rig.published.length };
  const thief = new DatabaseSync(rig.file);
  thief.exec("UPDATE lease SET epoch = epoch + 1, holder = 'thief'");
  thief.close();

  const [order] = rig.device.executes;
  await rig.device.report(order?.commandId ?? "", "succeeded", { result: { mass: { value: 1, unit: "g" } } });
  await rig.pass(60_000);
  expect(brokenBy(rig)).toBe("journal.leaseLost");
  expect({ events: rig.journal.head().seq, published: rig.published.length }).toEqual(before);
  await rig.engine.close();
  expect(rig.published).toHaveLength(before.published);
  expect(rig.engine.submit({ type: "campaign.resume", by: { kind: "operator", name: "Ada" } }).ok).toBe(false);
});

test("E2: a lease that is over by the monotonic clock is asserted in the database before anything is published", async () => {
  let isBusy = false;
  const rig = await openRig({
    isDurable: true,
    leaseLifeMs: 9_000,
    wrapJournal: (journal) => ({
      ...journal,
      lease: {
        ...journal.lease,
        renew() {
          if (isBusy) throw new LabError("journal.notWritable", "the database is busy");
          journal.lease.renew();
        },
      },
    }),
  });
  await rig.until(() => rig.end() !== null);
  const [order] = rig.device.executes;
  if (order === undefined) throw new Error("nothing was ordered");
  const life = () => {
    const database = new DatabaseSync(rig.file, { readOnly: true });
    const row = database.prepare("SELECT expires_at AS expiresAt FROM lease").get();
    database.close();
    return Number(row?.["expiresAt"]) - rig.clock.now();
  };
  // Nothing is appended for what is settled already, and the timer's renewals fail: only the acknowledgement can have
  // renewed the lease.
  isBusy = true;
  await rig.pass(20_000);
  expect(life()).toBeLessThan(0);
  isBusy = false;
  const events = rig.journal.head().seq;
  const lives: number[] = [];
  rig.onPublish = () => {
    lives.push(life());
    return "deliver";
  };
  await rig.device.repeat(order.commandId);
  await rig.pass(1);
  expect(lives).toEqual([9_000]);
  expect(rig.journal.head().seq).toBe(events);
});

test("E2: a lease that is over and was taken meanwhile ends the engine at the next message, which is not sent", async () => {
  const rig = await openRig({ isDurable: true, leaseLifeMs: 9_000, isObeying: false });
  rig.device.isAnswering = false;
  await rig.until(() => rig.device.reconciles.length === 3);
  const thief = new DatabaseSync(rig.file);
  thief.exec("UPDATE lease SET epoch = epoch + 1, holder = 'thief'");
  thief.close();
  const before = rig.published.length;
  // Reconcile goes on being asked by a timer, without an append.
  await rig.pass(60_000);
  expect(brokenBy(rig)).toBe("journal.leaseLost");
  const late = rig.published.slice(before);
  expect(late.every(({ payload }) => payload.kind === "reconcile")).toBe(true);
  // Within two thirds of its life the lease is believed: nobody may take it then.
  expect(late.length).toBeLessThanOrEqual(1);
});

test("E2: an engine that was refused for its epoch says nothing more, and does not take its successor's place", async () => {
  const rig = await openRig({ lab: mixingLab(2), isObeying: false, isDurable: true });
  await rig.until(() => rig.device.executes.length === 1);
  // A question is being asked, deadlines are armed, and a pulse is watched.
  rig.device.isAnswering = false;
  await rig.device.say(true, { bdSeq: 2 });
  await rig.until(() => rig.device.reconciles.length === 3);
  const thief = new DatabaseSync(rig.file);
  thief.exec("UPDATE lease SET epoch = epoch + 1, holder = 'thief'");
  thief.close();
  await rig.device.refuse("stale-epoch");
  await rig.pass(1);
  const said = rig.published.length;
  await rig.pass(600_000);
  await rig.engine.close();
  expect(rig.published).toHaveLength(said);
  expect(brokenBy(rig)).toBe("journal.leaseLost");
});
