// What speaks MQTT stands apart: its library takes longer to load than the rest, and virtual time needs none of it.
export { type BrokerInspection, inspectBroker, type InspectionOptions } from "./inspect-broker.ts";
export { type MqttBusOptions, openMqttBus } from "./mqtt-bus.ts";
export { openStranger, type Stranger } from "./stranger.ts";
