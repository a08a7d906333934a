export { type Broker, type BrokerOptions, openBroker } from "./broker.ts";
