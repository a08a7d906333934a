export { type Gateway, type GatewayOptions, openGateway } from "./open-gateway.ts";
