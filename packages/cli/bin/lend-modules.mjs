// Preloaded with `node --import`: lets drivers and their tests, wherever they lie, import what this installation brings.
import { lendModules } from "../src/lab/lend-modules.ts";

lendModules();
