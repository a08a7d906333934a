// Writes the pydantic models of the Python kit. Run: npm run build:schemas
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pythonModels } from "./python-models.ts";

writeFileSync(join(import.meta.dirname, "../src/labloop_driver/models.py"), pythonModels());
