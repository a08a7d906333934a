export { type Identity, type Right, rights, userOf } from "./access.ts";
export { type Broker, type BrokerOptions, openBroker } from "./broker.ts";
export { type Credentials, createSecret, readCredentials, writeCredentials } from "./credentials.ts";
export type { ServerIdentity } from "./open-listener.ts";
