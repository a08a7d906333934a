export type { DriverDesk } from "./driver-desk.ts";
export { openUploads, type Uploads, type UploadsOptions } from "./open-uploads.ts";
export { type Gateway, type GatewayOptions, openGateway } from "./open-gateway.ts";
