// One contract in one file: every promise of a bus, held against each broker and the one in memory alike.
import { generateKeyPairSync } from "node:crypto";
import type { Authority, Bus, Delivery, Malformed, Will } from "@labloop/bus";
import { type TopicKey, topicOf, wholeLab } from "@labloop/contracts";
import { kidOf, sealWith, sign, trustIn } from "@labloop/contracts/signature";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deviceState, engineState, estop, execute, heartbeat, progress } from "./messages.ts";
import { whyNoMosquitto } from "../support/mosquitto.ts";
import {
  type Client,
  wireMemory,
  wireMosquitto,
  wireMosquitto5,
  wireMqtt,
  wireMqttAuto,
  type Wiring,
} from "./twins.ts";

const lab = "demo";

/** Collects what a subscription hands over. */
function listen<K extends TopicKey>(bus: Bus, key: K, name: string) {
  const deliveries: Delivery<K>[] = [];
  const malformed: Malformed[] = [];
  const cancel = bus.subscribe({
    key,
    name,
    onDelivery: (delivery) => deliveries.push(delivery),
    onMalformed: (message) => malformed.push(message),
  });
  return { deliveries, malformed, cancel };
}

describe.each([
  { twin: "in memory", wire: wireMemory },
  { twin: "over MQTT", wire: wireMqtt },
  { twin: "over MQTT on Mosquitto", wire: wireMosquitto },
  { twin: "over MQTT 5 on Mosquitto", wire: wireMosquitto5 },
  { twin: "over MQTT that would rather be 5", wire: wireMqttAuto },
])("a bus $twin", ({ wire }) => {
  let wiring: Wiring;

  beforeEach(async ({ skip }) => {
    const why = wire === wireMosquitto || wire === wireMosquitto5 ? whyNoMosquitto() : null;
    if (why !== null) skip(why);
    wiring = await wire(lab);
  });

  afterEach(async () => {
    await wiring?.close();
  });

  async function up(
    clientId: string,
    prepare?: (bus: Bus) => void,
    will?: () => Will,
    authority?: Authority,
  ): Promise<Client> {
    const client = await wiring.connect(clientId, will, authority);
    prepare?.(client.bus);
    await wiring.until(() => client.bus.isUp);
    return client;
  }

  test("is down until it has connected", async () => {
    const { bus } = await wiring.connect("dev-arm");
    expect(bus.isUp).toBe(false);
    await expect(bus.publish("heartbeat", "arm", heartbeat("arm", 1))).rejects.toMatchObject({ code: "bus.down" });
    await wiring.until(() => bus.isUp);
  });

  test("hands a command to the device that it names, once and to no other", async () => {
    const engine = await up("eng-main-1");
    const arm = await up("dev-arm");
    const printer = await up("dev-printer");
    const forArm = listen(arm.bus, "command", "arm");
    const forPrinter = listen(printer.bus, "command", "printer");
    const states = [listen(arm.bus, "engine", "main"), listen(printer.bus, "engine", "main")];
    await engine.bus.publish("engine", "main", engineState(1));
    await wiring.until(() => states.every(({ deliveries }) => deliveries.length > 0));

    await engine.bus.publish("command", "arm", execute("arm", 1));
    await engine.bus.publish("command", "printer", execute("printer", 2));
    await wiring.until(() => forArm.deliveries.length > 0 && forPrinter.deliveries.length > 0);
    expect(forArm.deliveries).toEqual([{ key: "command", name: "arm", payload: execute("arm", 1), retained: false }]);
    expect(forPrinter.deliveries).toEqual([
      { key: "command", name: "printer", payload: execute("printer", 2), retained: false },
    ]);
  });

  test("keeps the order of a topic for each subscriber", async () => {
    const heard: ReturnType<typeof listen<"report">>[] = [];
    await up("eng-main-1", (bus) => heard.push(listen(bus, "report", "+")));
    await up("eng-other-1", (bus) => heard.push(listen(bus, "report", "arm")));
    const arm = await up("dev-arm");
    const fractions = Array.from({ length: 200 }, (_, index) => index / 200);
    await Promise.all(fractions.map((fraction) => arm.bus.publish("report", "arm", progress("arm", fraction))));
    await wiring.until(() => heard.every(({ deliveries }) => deliveries.length >= fractions.length));
    for (const { deliveries } of heard) {
      expect(deliveries.map(({ payload }) => payload.kind === "progress" && payload.fraction)).toEqual(fractions);
    }
  });

  test("gives a late subscriber the last state, marked as kept; what comes live is not", async () => {
    const arm = await up("dev-arm");
    await arm.bus.publish("state", "arm", deviceState("arm", true, 1));
    await arm.bus.publish("state", "arm", deviceState("arm", true, 2));
    let heard: ReturnType<typeof listen<"state">> | undefined;
    await up("eng-main-1", (bus) => {
      heard = listen(bus, "state", "+");
    });
    await wiring.until(() => heard?.deliveries.length === 1);
    await arm.bus.publish("state", "arm", deviceState("arm", true, 3));
    await wiring.until(() => heard?.deliveries.length === 2);
    expect(heard?.deliveries.map(({ payload, retained }) => [payload.bdSeq, retained])).toEqual([
      [2, true],
      [3, false],
    ]);
  });

  test("a subscription made while up gets what is kept, too", async () => {
    const arm = await up("dev-arm");
    await arm.bus.publish("state", "arm", deviceState("arm", true, 1));
    const engine = await up("eng-main-1");
    const all = listen(engine.bus, "state", "+");
    await wiring.until(() => all.deliveries.length === 1);
    const again = listen(engine.bus, "state", "+");
    await wiring.until(() => again.deliveries.length === 1);
    expect(again.deliveries[0]).toMatchObject({ retained: true, payload: { bdSeq: 1 } });
  });

  test("does not keep what is not to be kept", async () => {
    const engine = await up("eng-main-1");
    await engine.bus.publish("command", "arm", execute("arm", 1));
    await engine.bus.publish("engine", "main", engineState(1));
    const arm = await up("dev-arm");
    const commands = listen(arm.bus, "command", "arm");
    const engines = listen(arm.bus, "engine", "+");
    await wiring.until(() => engines.deliveries.length > 0);
    await engine.bus.publish("command", "arm", execute("arm", 2));
    await wiring.until(() => commands.deliveries.length > 0);
    expect(commands.deliveries.map(({ payload }) => payload.dseq)).toEqual([2]);
  });

  test("a cancelled subscription hears nothing more, while another of the same topic does", async () => {
    const arm = await up("dev-arm");
    const engine = await up("eng-main-1");
    const first = listen(engine.bus, "state", "+");
    const second = listen(engine.bus, "state", "+");
    await arm.bus.publish("state", "arm", deviceState("arm", true, 1));
    await wiring.until(() => first.deliveries.length > 0 && second.deliveries.length > 0);
    const soFar = first.deliveries.length;
    first.cancel();
    first.cancel();
    await arm.bus.publish("state", "arm", deviceState("arm", true, 2));
    await wiring.until(() => second.deliveries.some(({ payload }) => payload.bdSeq === 2));
    expect(first.deliveries.length).toBe(soFar);
  });

  test("announces the will of a client that vanishes, and the will is of that very connection", async () => {
    let heard: ReturnType<typeof listen<"state">> | undefined;
    await up("eng-main-1", (bus) => {
      heard = listen(bus, "state", "+");
    });
    let bdSeq = 0;
    const arm = await up(
      "dev-arm",
      // The test cuts the link; whether the acknowledgement came before does not matter.
      (bus) => bus.onUp(() => void bus.publish("state", "arm", deviceState("arm", true, bdSeq)).catch(() => undefined)),
      () => ({ key: "state", name: "arm", payload: deviceState("arm", false, ++bdSeq) }),
    );
    const said = () => heard?.deliveries.map(({ payload }) => [payload.online, payload.bdSeq]) ?? [];
    await wiring.until(() => said().length === 1);
    const firstBirth = bdSeq;
    arm.cut();
    await wiring.until(() => said().length === 2);
    expect(said()).toEqual([
      [true, firstBirth],
      [false, firstBirth],
    ]);

    arm.mend();
    await wiring.until(() => said().length === 3);
    const secondBirth = bdSeq;
    expect(secondBirth).toBeGreaterThan(firstBirth);
    arm.cut();
    await wiring.until(() => said().length === 4);
    expect(said().slice(2)).toEqual([
      [true, secondBirth],
      [false, secondBirth],
    ]);
    expect(heard?.deliveries.every(({ retained }) => !retained)).toBe(true);
  });

  test("a client that says goodbye leaves no will", async () => {
    const engine = await up("eng-main-1");
    const heard = listen(engine.bus, "state", "+");
    const arm = await up("dev-arm", undefined, () => ({
      key: "state",
      name: "arm",
      payload: deviceState("arm", false, 1),
    }));
    const printer = await up("dev-printer");
    const reasons: string[] = [];
    arm.bus.onDown((reason) => reasons.push(reason));
    await arm.bus.close();
    await arm.bus.close();
    expect(arm.bus.isUp).toBe(false);
    await expect(arm.bus.publish("heartbeat", "arm", heartbeat("arm", 1))).rejects.toMatchObject({ code: "bus.down" });

    await printer.bus.publish("state", "printer", deviceState("printer", true, 1));
    await wiring.until(() => heard.deliveries.length > 0);
    expect(heard.deliveries.map(({ name }) => name)).toEqual(["printer"]);
    expect(reasons).toEqual([]);
  });

  test("T4: a retained order is not kept for whoever subscribes later, or comes marked as retained", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(execute("arm", 1)));
    await wiring.sendRaw("eng-main-9", topicOf(lab, "command", "arm"), bytes, true);
    const control = new TextEncoder().encode("{}");
    await wiring.sendRaw("eng-main-9", topicOf(lab, "control", "arm"), control, true);
    let commands: ReturnType<typeof listen<"command">> | undefined;
    let controls: ReturnType<typeof listen<"control">> | undefined;
    await up("dev-arm", (bus) => {
      commands = listen(bus, "command", "arm");
      controls = listen(bus, "control", "arm");
    });
    const engine = await up("eng-main-1");
    await engine.bus.publish("command", "arm", execute("arm", 2));
    await wiring.until(() => (commands?.deliveries.length ?? 0) > 0);
    // A broker that is not ours may keep what it should not: then it comes marked, and a device refuses it (D1).
    const kept = wiring.refusesRetainedOrders ? [] : [[1, true]];
    expect(commands?.deliveries.map(({ payload, retained }) => [payload.dseq, retained])).toEqual([
      ...kept,
      [2, false],
    ]);
    expect(controls?.deliveries).toEqual([]);
    expect(controls?.malformed.length).toBe(kept.length);
  });

  test("E14: a message that fails its schema comes as malformed, and the next good one still arrives", async () => {
    const engine = await up("eng-main-1");
    const heard = listen(engine.bus, "report", "+");
    const states = listen(engine.bus, "state", "+");
    const ready = await up("dev-printer");
    await ready.bus.publish("state", "printer", deviceState("printer", true, 1));
    await wiring.until(() => states.deliveries.length > 0);

    const good = progress("arm", 0.5);
    const say = (value: unknown) =>
      wiring.sendRaw(
        "dev-arm",
        topicOf(lab, "report", "arm"),
        value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value)),
        false,
      );
    await say(new Uint8Array([0xff, 0x00, 0x7b]));
    await say(new Uint8Array());
    await say({ ...good, fraction: 2 });
    await say({ ...good, v: 2 });
    await say({ ...good, kind: "gossip" });
    await say({ ...good, device: "printer" });
    await say(new Uint8Array(256 * 1024 + 1));
    await say(good);
    await wiring.until(() => heard.deliveries.length > 0);
    const commandId = "01ARZ3NDEKTSV4RRFFQ69G5FAV.1";
    expect(heard.malformed.map((message) => [message.name, message.code, message.commandId])).toEqual([
      ["arm", "malformed", null],
      ["arm", "malformed", null],
      ["arm", "malformed", commandId],
      ["arm", "unknown-version", commandId],
      ["arm", "unknown-kind", commandId],
      ["arm", "wrong-device", commandId],
      ["arm", "oversize", null],
    ]);
    expect(heard.deliveries.map(({ payload }) => payload)).toEqual([good]);
  });

  test("what a client trusts is delivered when it is signed by a pinned key; all else comes as bad-signature", async () => {
    const [own, foreign] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
    const seal = sealWith({ kid: kidOf(own.privateKey), key: own.privateKey });
    const trust = trustIn(new Map([[kidOf(own.publicKey), own.publicKey]]));
    let commands: ReturnType<typeof listen<"command">> | undefined;
    let estops: ReturnType<typeof listen<"estop">> | undefined;
    await up(
      "dev-arm",
      (bus) => {
        commands = listen(bus, "command", "arm");
        estops = listen(bus, "estop", wholeLab);
      },
      undefined,
      { trust },
    );
    const signing = await up("eng-main-1", undefined, undefined, { seal });
    await signing.bus.publish("estop", wholeLab, estop(1, true));
    await signing.bus.publish("command", "arm", execute("arm", 1));
    await signing.bus.close();
    const silent = await up("eng-main-2");
    await silent.bus.publish("command", "arm", execute("arm", 2));
    await silent.bus.publish("estop", wholeLab, estop(2, true));
    await silent.bus.publish("estop", wholeLab, estop(3, false));
    await silent.bus.close();
    const forging = await up("eng-main-3", undefined, undefined, {
      seal: sealWith({ kid: kidOf(own.publicKey), key: foreign.privateKey }),
    });
    await forging.bus.publish("command", "arm", execute("arm", 3));
    await forging.bus.publish("estop", wholeLab, estop(4, false));
    await forging.bus.close();
    const again = await up("eng-main-4", undefined, undefined, { seal });
    await again.bus.publish("estop", wholeLab, estop(5, false));
    await again.bus.publish("command", "arm", execute("arm", 4));
    await wiring.until(() => commands?.deliveries.length === 2);
    expect(commands?.deliveries.map(({ payload }) => payload.dseq)).toEqual([1, 4]);
    expect(commands?.malformed.map(({ code, commandId }) => [code, commandId])).toEqual([
      ["bad-signature", execute("arm", 2).commandId],
      ["bad-signature", execute("arm", 3).commandId],
    ]);
    expect(estops?.deliveries.map(({ payload }) => payload.stopId)).toEqual([1, 2, 5]);
    expect(estops?.malformed.map(({ code }) => code)).toEqual(["bad-signature", "bad-signature"]);
  });

  test("a signed command is judged with the fields that its schema does not know", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const key = { kid: kidOf(privateKey), key: privateKey };
    let commands: ReturnType<typeof listen<"command">> | undefined;
    await up("dev-arm", (bus) => (commands = listen(bus, "command", "arm")), undefined, {
      trust: trustIn(new Map([[key.kid, publicKey]])),
    });
    const say = (message: object) =>
      wiring.sendRaw(
        "eng-main-1",
        topicOf(lab, "command", "arm"),
        new TextEncoder().encode(JSON.stringify(message)),
        false,
      );
    const signed = sign({ ...execute("arm", 1), later: { added: [1, 2] } }, key);
    await say({ ...signed, later: { added: [1] } });
    await say({ ...signed, more: true });
    await say(signed);
    await wiring.until(() => commands?.deliveries.length === 1);
    expect(commands?.malformed.map(({ code }) => code)).toEqual(["bad-signature", "bad-signature"]);
  });

  test("refuses to send what is too large, and stays up", async () => {
    const engine = await up("eng-main-1");
    const command = { ...execute("arm", 1), params: { text: "x".repeat(64 * 1024) } };
    await expect(engine.bus.publish("command", "arm", command)).rejects.toMatchObject({ code: "bus.oversize" });
    expect(engine.bus.isUp).toBe(true);
  });

  test("T2: what is published while down is rejected at once and never arrives", async () => {
    let heard: ReturnType<typeof listen<"command">> | undefined;
    await up("dev-arm", (bus) => {
      heard = listen(bus, "command", "arm");
    });
    const engine = await up("eng-main-1");
    engine.cut();
    await wiring.until(() => !engine.bus.isUp);
    for (const dseq of [1, 2, 3]) {
      await expect(engine.bus.publish("command", "arm", execute("arm", dseq))).rejects.toMatchObject({
        code: "bus.down",
      });
    }
    engine.mend();
    await wiring.until(() => engine.bus.isUp);
    await engine.bus.publish("command", "arm", execute("arm", 4));
    await wiring.until(() => (heard?.deliveries.length ?? 0) > 0);
    expect(heard?.deliveries.map(({ payload }) => payload.dseq)).toEqual([4]);
  });

  test("comes back by itself: says down and up, and hears its topics before it says up", async () => {
    const said: string[] = [];
    let heard: ReturnType<typeof listen<"engine">> | undefined;
    let epoch = 0;
    const engine = await up("eng-main-1", (bus) => {
      heard = listen(bus, "engine", "main");
      bus.onUp(() => {
        said.push(bus.isUp ? "up" : "early");
        epoch++;
        void bus.publish("engine", "main", engineState(epoch)).catch(() => undefined);
      });
      bus.onDown((reason) => said.push(reason === "" || bus.isUp ? "no reason" : "down"));
    });
    // Heard live, not as something kept: the subscription was there when `onUp` was called.
    const live = () => heard?.deliveries.filter(({ retained }) => !retained).map(({ payload }) => payload.epoch) ?? [];
    await wiring.until(() => live().length === 1);
    for (const round of [2, 3]) {
      engine.cut();
      await wiring.until(() => !engine.bus.isUp);
      engine.mend();
      await wiring.until(() => live().length === round);
    }
    expect(live()).toEqual([1, 2, 3]);
    expect(said).toEqual(["up", "down", "up", "down", "up"]);
  });

  test("a listener that was taken off is not called again", async () => {
    const said: string[] = [];
    const client = await up("dev-arm", (bus) => {
      const cancels = [bus.onUp(() => said.push("up")), bus.onDown(() => said.push("down"))];
      bus.onUp(() => {
        for (const cancel of cancels) cancel();
      });
    });
    client.cut();
    await wiring.until(() => !client.bus.isUp);
    client.mend();
    await wiring.until(() => client.bus.isUp);
    expect(said).toEqual(["up"]);
  });

  test("a client takes over the id of an older one, which hears nothing more", async () => {
    const reasons: string[] = [];
    let before: ReturnType<typeof listen<"command">> | undefined;
    const older = await up("dev-arm", (bus) => {
      before = listen(bus, "command", "arm");
      bus.onDown((reason) => reasons.push(reason));
    });
    older.strand();
    let after: ReturnType<typeof listen<"command">> | undefined;
    const newer = await up("dev-arm", (bus) => {
      after = listen(bus, "command", "arm");
    });
    await wiring.until(() => reasons.length === 1);
    expect([older.bus.isUp, newer.bus.isUp]).toEqual([false, true]);
    const engine = await up("eng-main-1");
    await engine.bus.publish("command", "arm", execute("arm", 1));
    await wiring.until(() => (after?.deliveries.length ?? 0) > 0);
    expect(before?.deliveries).toEqual([]);
  });
});
