// Writes the JSON Schemas of the wire from the zod schemas. Run: npm run build:schemas
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { wireSchemaText } from "../src/wire-schema.ts";

writeFileSync(join(import.meta.dirname, "../schemas/wire-v1.schema.json"), wireSchemaText());
