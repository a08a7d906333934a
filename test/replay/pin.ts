// node test/replay/pin.ts: writes down what each archived journal folds to. Only a change that is meant to give old
// journals another meaning is a reason to run it; new fields need no new pins.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archived, unpack, writePinned } from "./archive.ts";
import { foldArchived } from "./fold-archived.ts";

const scratch = mkdtempSync(join(tmpdir(), "labloop-pin-"));
for (const name of archived) writePinned(name, foldArchived(unpack(name, scratch)));
rmSync(scratch, { recursive: true });
