export { asyncApi } from "./async-api.ts";
export { type DeviceSheet, type JsonSchema, sheetOf, sheetOfAnnounced } from "./device-sheet.ts";
export { declarationSchema, labFileSchema, protocolSchema } from "./editor-schemas.ts";
export { deviceSchema, schemaOfValues } from "./json-schema.ts";
export { deviceMarkdown } from "./markdown.ts";
export { pythonModels } from "./python-models.ts";
export { type DeviceAddress, thingDescription } from "./thing-description.ts";
