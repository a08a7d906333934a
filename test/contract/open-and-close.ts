// Run as a process of its own, which ends by itself only if nothing of the bus and the broker is left.
import { openBroker } from "@labloop/broker";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRealClock } from "@labloop/clock";
import { execute } from "./messages.ts";
import { hopUntil, silentLog } from "./twins.ts";

const lab = "demo";
const options = { lab, linkClock: createRealClock(), jitter: () => 0.5, log: silentLog };
const broker = await openBroker({ lab, log: silentLog });
const engine = openMqttBus({ ...options, url: broker.url, clientId: "eng-main-1" });
const arm = openMqttBus({ ...options, url: broker.url, clientId: "dev-arm" });
const lost = openMqttBus({ ...options, url: "mqtt://127.0.0.1:1", clientId: "dev-lost" });
let heard = 0;
arm.subscribe({ key: "command", name: "arm", onDelivery: () => heard++ });
await hopUntil(() => engine.isUp && arm.isUp);
await engine.publish("command", "arm", execute("arm", 1));
await hopUntil(() => heard === 1);
await Promise.all([engine.close(), arm.close(), lost.close()]);
await broker.close();
// The channel to the parent would keep the process alive by itself.
process.disconnect();
