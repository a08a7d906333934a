import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeText } from "../../../devices/file-drop/wire.ts";
import { definePlant } from "@labloop/driver/conformance";
import { startInstrumentPc } from "@labloop/simulator";

/** One folder for the suite, emptied for every check. */
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "labloop-file-drop-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

export default definePlant({
  config: { folder },
  open({ labClock }) {
    rmSync(folder, { recursive: true, force: true });
    for (const name of ["in", "out"]) mkdirSync(join(folder, name), { recursive: true });
    let acts = 0;
    const pc = startInstrumentPc({
      clock: labClock,
      inbox: { folder: join(folder, "in"), file: /\.req$/ },
      outbox: { folder: join(folder, "out") },
      measure({ name }) {
        acts++;
        const bytes = encodeText("試料,正味(g)\r\nA,3.20\r\n", "cp932");
        return { durationMs: 8_000, drops: () => [{ name: name.replace(/\.req$/, ".csv"), bytes }] };
      },
    });
    return { acts: () => acts, close: () => pc.close() };
  },
});
