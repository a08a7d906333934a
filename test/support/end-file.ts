// Vitest runs this before each test file, also where files share their modules.
import { afterAll } from "vitest";
import { endFile } from "./after-file.ts";

afterAll(endFile);
