import { decode, isMalformed } from "@labloop/bus";
import { type LabEventOf, topicOf, wholeLab } from "@labloop/contracts";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { resultOf } from "../../packages/engine/test/support/scripted-device.ts";
import { openRig, type Rig } from "../../packages/engine/test/support/rig.ts";
import { type HostileMessage, hostileMessages, type Overheard } from "./messages.ts";
import { runsOf } from "./runs.ts";
import { messageKinds } from "./schemas.ts";

/** The topics on which an engine hears devices. */
const keys = ["report", "state", "caps", "heartbeat", "telemetry", "blob", "estop"];
const heard = messageKinds.filter(({ key }) => keys.includes(key));
const reached = new Set<string>();
const device = "mixer-1";
const lab = "kitchen";

const topicFor = ({ key }: HostileMessage) => topicOf(lab, key, key === "estop" ? wholeLab : device, "0".repeat(64));

function readAs(message: HostileMessage) {
  const decoded = decode(lab, topicFor(message), message.bytes, false);
  if (decoded === null) throw new Error("no engine would hear it");
  return decoded;
}

/** An engine with one command under way, at a device that says no more than the test. */
async function underWay(): Promise<Rig> {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  return rig;
}

async function pour(rig: Rig, messages: readonly HostileMessage[]): Promise<void> {
  for (const each of messages) {
    reached.add(`${each.key} ${each.kind}`);
    rig.broker.inject(topicFor(each), each.bytes);
    await rig.pass(20);
  }
}

const commandsOf = (rig: Rig) => new Set(rig.sent("command").map(({ payload }) => payload.commandId));
const countsOf = (rig: Rig) =>
  rig.events("device.unreadable").reduce((sum, { count }: LabEventOf<"device.unreadable">) => sum + count, 0);

test("E14, I10: what no engine can read is counted to the last one, in few facts, and the campaign goes on to its end", async () => {
  const bad = hostileMessages(heard, device).filter((each) => isMalformed(readAs(each)));
  await fc.assert(
    fc.asyncProperty(fc.array(bad, { minLength: 15, maxLength: 30 }), async (messages) => {
      const rig = await underWay();
      await pour(rig, messages);
      await rig.pass(61_000);
      expect(countsOf(rig)).toBe(messages.filter(({ key }) => key !== "estop").length);
      // Two facts a code in the first minute: one at once, and one for all the rest.
      const codes = new Set(rig.events("device.unreadable").map(({ code }) => code));
      expect(rig.events("device.unreadable").length).toBeLessThanOrEqual(2 * codes.size);
      for (const { message } of rig.events("device.unreadable")) expect(message.length).toBeLessThanOrEqual(300);
      expect(commandsOf(rig).size).toBe(1);
      expect(rig.engine.state()).toEqual(rig.refold());
      const [execute] = rig.device.executes;
      if (execute === undefined) throw new Error("there was no order");
      await rig.device.report(execute.commandId, "succeeded", { result: resultOf(execute) });
      await rig.until(() => rig.end() !== null);
      expect(rig.end()?.kind).toBe("ended");
      rig.kill();
    }),
    runsOf(30),
  );
});

test("E4, E10, E14, I7: messages that are well made and say anything at all never break the engine, nor have it order anything anew", async () => {
  // Everything that can be overheard but which command it is about: of that, a device's own word is to be believed.
  const known = async (rig: Rig): Promise<Overheard> => {
    await rig.pass(0);
    const state = rig.engine.state().devices.get(device);
    return {
      bootId: [state?.bootId ?? ""],
      journalId: [state?.journalId ?? ""],
      bdSeq: [state?.bdSeq ?? 0, (state?.bdSeq ?? 0) + 1],
      rid: rig.sent("control").flatMap(({ payload }) => ("rid" in payload ? [payload.rid] : [])),
      part: [0],
      parts: [1],
      mode: ["simulated"],
    };
  };
  const probe = await underWay();
  const overheard = await known(probe);
  await fc.assert(
    fc.asyncProperty(
      fc.array(hostileMessages(heard, device, overheard), { minLength: 10, maxLength: 25 }),
      async (messages) => {
        const rig = await underWay();
        await pour(rig, messages);
        await rig.pass(61_000);
        expect(rig.end()?.kind).not.toBe("broken");
        expect(rig.engine.state()).toEqual(rig.refold());
        expect(commandsOf(rig).size).toBe(1);
        expect(countsOf(rig)).toBe(messages.filter((each) => each.key !== "estop" && isMalformed(readAs(each))).length);
        rig.kill();
      },
    ),
    runsOf(30),
  );
});

afterAll(() => {
  expect([...reached].toSorted()).toEqual(heard.map(({ key, kind }) => `${key} ${kind}`).toSorted());
});
