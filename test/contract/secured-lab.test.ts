import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Broker, openBroker, readCredentials } from "@labloop/broker";
import type { Bus } from "@labloop/bus";
import { openMqttBus } from "@labloop/bus/mqtt";
import { exitCode, secureLab } from "@labloop/cli";
import { createRealClock } from "@labloop/clock";
import { readPinnedKeys, readSigningKey, sealWith, trustIn } from "@labloop/contracts/signature";
import mqtt from "mqtt";
import { afterEach, expect, test } from "vitest";
import { launch } from "../support/launch.ts";
import { openMosquitto, securedConfiguration, whyNoMosquitto } from "../support/mosquitto.ts";
import { privateFolder } from "../support/private-folder.ts";
import { openSecuredLab, type TestLab, whyNoCertificates } from "../support/secured-lab.ts";
import { execute, progress } from "./messages.ts";
import { hopUntil, silentLog } from "./twins.ts";

const lab = "demo";
const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function secured(skip: (why: string) => void): TestLab {
  const made = openSecuredLab();
  closers.push(() => made.remove());
  const why = whyNoCertificates(made);
  if (why !== null) skip(why);
  return made;
}

async function embedded(made: TestLab, host: string): Promise<Broker> {
  const broker = await openBroker({
    host,
    lab,
    tls: { key: made.read("broker/server.key"), cert: made.read("broker/server.crt") },
    credentials: readCredentials(made.read("broker/credentials.json")),
    log: silentLog,
  });
  closers.push(() => broker.close());
  return broker;
}

/** A client as the command line would open it; in words of the log when it cannot connect. */
function dial(made: TestLab, port: number, clientId: string, said: string[] = [], ca = made.ca): Bus {
  const user = clientId.replace(/^(eng-.*)-[0-9]+$/, "$1");
  const bus = openMqttBus({
    url: `mqtts://127.0.0.1:${port}`,
    lab,
    clientId,
    account: { user, secret: made.secretOf(user) },
    ca,
    protocol: "auto",
    seal: user.startsWith("eng-") ? sealWith(readSigningKey(made.read("engine.key"))) : undefined,
    trust: trustIn(readPinnedKeys([made.read("engine.pub")])),
    linkClock: createRealClock(),
    jitter: () => 0,
    log: { ...silentLog, warn: (fields, message) => void said.push(`${message} ${JSON.stringify(fields)}`) },
  });
  closers.push(() => bus.close());
  return bus;
}

const labloop = (...args: string[]) => launch(args).ended;

test.for(["the embedded broker on every address", "Mosquitto"])(
  "with TLS, accounts and signatures an order goes out and its report comes back, over %s",
  async (which, { skip }) => {
    const made = secured(skip);
    const why = which === "Mosquitto" ? whyNoMosquitto() : null;
    if (why !== null) skip(why);
    const configuration = securedConfiguration(join(made.folder, "broker/mosquitto.conf"));
    const broker =
      which === "Mosquitto" ? await openMosquitto(undefined, configuration) : await embedded(made, "0.0.0.0");
    if (which === "Mosquitto") closers.push(() => broker.close());
    const arm = dial(made, broker.port, "dev-arm");
    const engine = dial(made, broker.port, "eng-main-7");
    const reports: unknown[] = [];
    const refused: string[] = [];
    arm.subscribe({
      key: "command",
      name: "arm",
      onDelivery: () => void arm.publish("report", "arm", progress("arm", 0.5)),
      onMalformed: ({ code }) => refused.push(code),
    });
    engine.subscribe({ key: "report", name: "+", onDelivery: ({ payload }) => reports.push(payload) });
    await hopUntil(() => arm.isUp && engine.isUp);
    await engine.publish("command", "arm", execute("arm", 1));
    await hopUntil(() => reports.length > 0);
    expect(reports).toEqual([progress("arm", 0.5)]);

    // Whoever has broken into the broker can command as the engine, but cannot sign.
    const thief = await mqtt.connectAsync(`mqtts://127.0.0.1:${broker.port}`, {
      clientId: "eng-main-8",
      username: "eng-main",
      password: made.secretOf("eng-main"),
      ca: made.ca,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    closers.push(() => thief.endAsync(true));
    await thief.publishAsync("labloop/v1/demo/device/arm/cmd", JSON.stringify(execute("arm", 2)), { qos: 1 });
    await hopUntil(() => refused.length > 0);
    expect(refused).toEqual(["bad-signature"]);
    expect(reports).toHaveLength(1);
  },
);

test("a broker whose certificate another authority has signed is not spoken to", async ({ skip }) => {
  const [made, foreign] = [secured(skip), secured(skip)];
  const broker = await embedded(made, "127.0.0.1");
  expect(broker.url).toMatch(/^mqtts:/);
  const said: string[] = [];
  const bus = dial(made, broker.port, "dev-arm", said, foreign.ca);
  await hopUntil(() => said.length > 0);
  expect(bus.isUp).toBe(false);
  expect(said[0]).toMatch(/self-signed|certificate|issuer|signature/);
});

test("any address but loopback needs TLS and credentials, both", async ({ skip }) => {
  const made = secured(skip);
  const tls = { key: made.read("broker/server.key"), cert: made.read("broker/server.crt") };
  const credentials = readCredentials(made.read("broker/credentials.json"));
  const open = (options: object) => openBroker({ host: "0.0.0.0", lab, log: silentLog, ...options });
  const refused = (missing: string) => ({ code: "broker.notLoopback", message: expect.stringContaining(missing) });
  await expect(open({})).rejects.toMatchObject(refused("TLS and credentials"));
  await expect(open({ tls })).rejects.toMatchObject(refused("without credentials"));
  await expect(open({ credentials })).rejects.toMatchObject(refused("without TLS"));
  await expect(open({ credentials, tls: { ...tls, key: "none" } })).rejects.toMatchObject({ code: "broker.badKey" });
  const broker = await open({ tls, credentials });
  await broker.close();
});

test("`labloop secure` writes files that only their owner reads, tells no secret, and overwrites nothing", async ({
  skip,
}) => {
  const out = join(privateFolder(), "keys");
  const args = ["secure", "simulator/labs/demo/lab.yaml", "--out", out, "--host", "broker.lab.example", "10.0.0.5"];
  const first = await labloop(...args);
  expect(first.code).toBe(exitCode.done);
  if (!first.stdout.includes("ca.crt")) skip("no openssl here");
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mode & 0o777)).toEqual(
    files.map(() => 0o600),
  );
  for (const name of readdirSync(join(out, "clients"))) {
    const { secret } = JSON.parse(readFileSync(join(out, "clients", name), "utf8")) as { secret: string };
    const others = files.filter((file) => file.name !== name);
    for (const { parentPath, name: other } of others) {
      expect(readFileSync(join(parentPath, other), "utf8")).not.toContain(secret);
    }
    expect(first.stdout + first.stderr).not.toContain(secret);
  }
  expect(first.stdout + first.stderr).not.toMatch(/PRIVATE/);
  const again = await labloop(...args);
  expect([again.code, again.stderr]).toEqual([exitCode.failed, expect.stringContaining("secure.outNotEmpty")]);
});

test("without openssl everything else is made, and what is missing is said", () => {
  const out = join(privateFolder(), "keys");
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    const made = secureLab({ lab, devices: ["arm"], cells: ["main"], stops: [], hosts: ["localhost"], port: 1, out });
    expect(made.hasCertificates).toBe(false);
  } finally {
    process.env["PATH"] = path;
  }
  expect(readdirSync(out).toSorted()).toEqual(["broker", "clients", "engine.key", "engine.pub"]);
  expect(readdirSync(join(out, "broker")).toSorted()).toEqual(["acl", "credentials.json", "mosquitto.conf", "passwd"]);
});

test("a broker on a network is not used without TLS and a key or pin to tell the engine by", async () => {
  const campaign = "protocols/crossed-barrel/campaign.yaml";
  const data = join(privateFolder(), "data");
  const run = (...args: string[]) => labloop("run", campaign, "--json", "--data", data, ...args);
  const plain = await run("--broker", "mqtt://10.255.255.1:1883");
  expect([plain.code, plain.stderr]).toEqual([exitCode.usage, expect.stringContaining("usage.insecureBroker")]);
  expect(plain.stderr).toMatch(/TLS .*and the engine's key/);
  const unsigned = await run("--broker", "mqtts://10.255.255.1:8883");
  expect(unsigned.stderr).toMatch(/without the engine's key or its pin/);
  const absent = await run("--broker", "mqtts://10.255.255.1:8883", "--engine-key", "/nowhere/engine.key");
  expect(absent.stderr).toContain("credentials.notReadable");
});
