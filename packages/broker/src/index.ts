export { type Broker, type BrokerOptions, openBroker } from "./broker.ts";
export { type Credentials, createSecret, readCredentials, writeCredentials } from "./credentials.ts";
export { mosquittoAcl, mosquittoConfig, mosquittoPasswords } from "./mosquitto.ts";
export type { ServerIdentity } from "./open-listener.ts";
