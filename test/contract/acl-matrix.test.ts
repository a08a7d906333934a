import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createSecret, mosquittoPasswords, openBroker } from "@labloop/broker";
import { topics } from "@labloop/contracts";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { openMosquitto, securedConfiguration, whyNoMosquitto } from "../support/mosquitto.ts";
import { openSecuredLab, whyNoCertificates } from "../support/secured-lab.ts";
import {
  clientIds,
  type ClientId,
  covers,
  createTally,
  lab,
  mayHear,
  maySay,
  places,
  wideFilters,
} from "./acl-matrix.ts";
import { answer } from "./messages.ts";
import { hopUntil, silentLog } from "./twins.ts";

const closers: (() => Promise<unknown> | void)[] = [];
const estop = `labloop/v1/${lab}/estop`;
/** MQTT 5, section 3.4.2.1. */
const notAuthorized = 0x87;

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A client that notes what it hears, each message by its body. */
interface Ear {
  readonly client: MqttClient;
  readonly heard: Set<string>;
}

function listening(client: MqttClient): Ear {
  const heard = new Set<string>();
  client.on("error", () => undefined);
  client.on("message", (_topic, body) => heard.add(body.toString()));
  closers.push(() => client.endAsync(true));
  return { client, heard };
}

test("T4: a real Mosquitto as configured by `labloop secure` grants each client what the contract does, and nothing else", async ({
  skip,
}) => {
  const secured = openSecuredLab();
  closers.push(() => secured.remove());
  const why = whyNoMosquitto() ?? whyNoCertificates(secured);
  if (why !== null) skip(why);
  const auditorsSecret = createSecret();
  appendFileSync(join(secured.folder, "broker/passwd"), mosquittoPasswords({ auditor: auditorsSecret }));
  appendFileSync(join(secured.folder, "broker/acl"), "\nuser auditor\ntopic readwrite #\n");
  const broker = await openMosquitto(undefined, securedConfiguration(join(secured.folder, "broker/mosquitto.conf")));
  closers.push(() => broker.close());
  const connect = async (user: string, secret: string) =>
    listening(
      await mqtt.connectAsync(
        `mqtts://127.0.0.1:${broker.port}`,
        {
          clientId: "whatever",
          username: user,
          password: secret,
          ca: secured.ca,
          protocolVersion: 5,
          reconnectPeriod: 0,
        },
        false,
      ),
    );
  const auditor = await connect("auditor", auditorsSecret);
  const ears = new Map<ClientId, Ear>();
  for (const clientId of clientIds) {
    const user = clientId.replace(/^(eng-.*)-1$/, "$1");
    ears.set(clientId, await connect(user, secured.secretOf(user)));
  }
  const tally = createTally();
  let messages = 0;

  /** The auditor says something at every place, then something that everybody hears; resolves when all have heard that. */
  async function sayEverywhere(options: { retain: boolean }): Promise<Map<string, string>> {
    const bodies = new Map<string, string>();
    for (const { topic } of places) {
      bodies.set(topic, `m${++messages}`);
      void auditor.client.publish(topic, `m${messages}`, { qos: 1, ...options });
    }
    await everybodyHears();
    return bodies;
  }

  async function everybodyHears(): Promise<void> {
    const last = `m${++messages}`;
    await auditor.client.publishAsync(estop, last, { qos: 1 });
    await hopUntil(() => [...ears.values()].every(({ heard }) => heard.has(last)));
  }

  // What may be said: by the broker's answer, and by what the auditor hears of it.
  await auditor.client.subscribeAsync("#", { qos: 1 });
  for (const [clientId, { client }] of ears) {
    for (const retain of [false, true]) {
      const answers = places.map(async (place) => {
        const body = `m${++messages}`;
        const isTaken = await client.publishAsync(place.topic, body, { qos: 1, retain }).then(
          () => true,
          (error: Error & { code?: number }) => {
            if (error.code !== notAuthorized) throw new Error(`${place.topic}: ${error.message}`);
            return false;
          },
        );
        return { place, body, isTaken };
      });
      const answered = await Promise.all(answers);
      const last = `m${++messages}`;
      await auditor.client.publishAsync("elsewhere", last, { qos: 1 });
      await hopUntil(() => auditor.heard.has(last));
      for (const { place, body, isTaken } of answered) {
        const what = `${clientId} publishes ${place.topic}${retain ? " retained" : ""}`;
        tally.check(what, isTaken, maySay(clientId, place));
        tally.check(`${what}, as others hear it`, auditor.heard.has(body), maySay(clientId, place));
      }
    }
  }
  await auditor.client.unsubscribeAsync("#");
  for (const { topic } of places) await auditor.client.publishAsync(topic, "", { qos: 1, retain: true });

  // What may be heard: everybody asks for every place by name, then for each wide filter.
  const everyPlace = places.map(({ topic }) => topic);
  for (const filters of [everyPlace, ...wideFilters.map((filter) => [filter])]) {
    await Promise.all([...ears.values()].map(({ client }) => client.subscribeAsync([...filters, estop], { qos: 1 })));
    const bodies = await sayEverywhere({ retain: false });
    for (const [clientId, { client, heard }] of ears) {
      for (const place of places) {
        if (!filters.some((filter) => covers(filter, place.topic))) continue;
        const what = `${clientId} hears ${place.topic} by ${filters === everyPlace ? "its name" : filters[0]}`;
        tally.check(what, heard.has(bodies.get(place.topic) ?? ""), mayHear(clientId, place));
      }
      await client.unsubscribeAsync(filters);
    }
  }

  // What is kept is heard by those who may hear it, whenever they come.
  await Promise.all([...ears.values()].map(({ client }) => client.subscribeAsync(estop, { qos: 1 })));
  const kept = await sayEverywhere({ retain: true });
  await Promise.all([...ears.values()].map(({ client }) => client.unsubscribeAsync(estop)));
  for (const { client } of ears.values()) await client.subscribeAsync(["#", estop], { qos: 1 });
  await everybodyHears();
  for (const [clientId, { heard }] of ears) {
    for (const place of places) {
      const what = `${clientId} hears what is kept at ${place.topic}`;
      tally.check(what, heard.has(kept.get(place.topic) ?? ""), mayHear(clientId, place));
    }
  }
  expect(tally.failures).toEqual([]);
  expect(tally.count()).toBe(2_688);
});

test("T4: the embedded broker grants each client what the contract does, and nothing else", async () => {
  const broker = await openBroker({ lab, log: silentLog });
  closers.push(() => broker.close());
  const connect = async (clientId: ClientId) =>
    listening(await mqtt.connectAsync(broker.url, { clientId, protocolVersion: 4, reconnectPeriod: 0 }, false));
  const tally = createTally();

  // What may be heard is decided when it is asked for.
  const ears = new Map<ClientId, Ear>();
  for (const clientId of clientIds) {
    const ear = await connect(clientId);
    ears.set(clientId, ear);
    const granted = (filter: string) =>
      ear.client.subscribeAsync(filter, { qos: 1 }).then(
        () => true,
        () => false,
      );
    for (const place of places) {
      tally.check(`${clientId} subscribes to ${place.topic}`, await granted(place.topic), mayHear(clientId, place));
    }
    for (const filter of [...wideFilters, "$SYS/#", `$share/g/labloop/v1/${lab}/device/arm/cmd`]) {
      tally.check(`${clientId} subscribes to ${filter}`, await granted(filter), false);
    }
  }

  // What may be said: whoever says more is cut off, so that each speaker who was comes back.
  const speak = async (clientId: ClientId, topic: string, body: string, retain: boolean): Promise<boolean> => {
    const { client } = ears.get(clientId)!;
    const isTaken = await new Promise<boolean>((resolve) => {
      const onCut = () => resolve(false);
      client.once("close", onCut);
      client.publish(topic, body, { qos: 1, retain }, (error) => {
        if (error != null) return;
        client.off("close", onCut);
        resolve(true);
      });
    });
    if (!isTaken) ears.set(clientId, await connect(clientId));
    return isTaken;
  };
  for (const clientId of clientIds) {
    for (const place of places) {
      for (const retain of [false, true]) {
        const isAllowed = maySay(clientId, place) && (!retain || (place.key !== null && topics[place.key].retain));
        const what = `${clientId} publishes ${place.topic}${retain ? " retained" : ""}`;
        tally.check(what, await speak(clientId, place.topic, what, retain), isAllowed);
      }
    }
  }

  // What is heard, of everything that somebody may say, by those who hear all they may.
  for (const clientId of clientIds) {
    const { client } = ears.get(clientId)!;
    const filters = places.filter((place) => mayHear(clientId, place)).map(({ topic }) => topic);
    await client.subscribeAsync(filters, { qos: 1 });
  }
  const bodies = new Map<string, string>();
  for (const place of places) {
    const speaker = clientIds.find((clientId) => maySay(clientId, place));
    if (speaker === undefined || place.topic === estop) continue;
    bodies.set(place.topic, `live ${place.topic}`);
    await ears.get(speaker)!.client.publishAsync(place.topic, `live ${place.topic}`, { qos: 1 });
  }
  await ears.get("stop-door")!.client.publishAsync(estop, "last", { qos: 1 });
  await hopUntil(() => [...ears.values()].every(({ heard }) => heard.has("last")));
  for (const [clientId, { heard }] of ears) {
    for (const place of places) {
      const body = bodies.get(place.topic);
      if (body === undefined) continue;
      tally.check(`${clientId} hears ${place.topic}`, heard.has(body), mayHear(clientId, place));
    }
  }
  expect(tally.failures).toEqual([]);
  expect(tally.count()).toBe(892);
});

test("T4: only an engine hands a device a person's answer, and whoever has no right of their own is not even let in", async () => {
  const broker = await openBroker({ lab, log: silentLog });
  closers.push(() => broker.close());
  const connect = (clientId: string) =>
    mqtt.connectAsync(broker.url, { clientId, protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5_000 }, false);
  const arm = listening(await connect("dev-arm"));
  await arm.client.subscribeAsync(`labloop/v1/${lab}/device/arm/ctl`, { qos: 1 });
  const body = (by: string) => JSON.stringify({ ...answer("arm"), by });
  const say = async (clientId: string) => {
    const { client } = listening(await connect(clientId));
    const cut = new Promise<string>((resolve) => client.once("close", () => resolve("cut off")));
    const taken = client.publishAsync(`labloop/v1/${lab}/device/arm/ctl`, body(clientId), { qos: 1 });
    return Promise.race([
      cut,
      taken.then(
        () => "taken",
        () => "cut off",
      ),
    ]);
  };
  for (const clientId of ["viewer-ada", "ada"]) await expect(connect(clientId)).rejects.toThrow();
  expect([await say("stop-door"), await say("dev-printer"), await say("eng-main-1")]).toEqual([
    "cut off",
    "cut off",
    "taken",
  ]);
  await hopUntil(() => arm.heard.size > 0);
  expect([...arm.heard]).toEqual([body("eng-main-1")]);
});
