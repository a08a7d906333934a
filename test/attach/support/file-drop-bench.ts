import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Values } from "@labloop/contracts";
import { type Bench, createBench } from "../../../packages/driver/test/support/bench.ts";
import type { counterDevice } from "../../../packages/driver/test/support/counter.ts";
import { FileDropDeclaration } from "../../../devices/file-drop/declaration.ts";
import { fileDropFamily } from "../../../devices/file-drop/driver.ts";
import { diskFiles, type Files } from "../../../devices/file-drop/files.ts";
import { privateFolder } from "../../support/private-folder.ts";

/** The instrument of these tests, as a declaration would have it. */
export const meter = {
  kind: "meter",
  version: "1.0.0",
  capability: "meter",
  title: { en: "A meter" },
  provenance: { manual: "none", metHardware: false },
  operations: {
    measure: {
      title: "Measure",
      params: { sample: { type: "string" } },
      duration: { typicalMs: 10_000, maxMs: 60_000 },
      request: { folder: "in", file: "{command}.req", text: "MEASURE {sample}\n", taken: "removes" },
      result: {
        folder: "out",
        file: "{command}.csv",
        values: { mass: { type: "quantity", unit: "g", column: "mass" } as Record<string, unknown> },
      } as Record<string, unknown>,
    },
  },
};

/** A file-dropping device in virtual time, over a real folder. */
export interface FileDropBench extends Bench {
  readonly folder: string;
  /** Boots, beats once and reconciles, as an engine does; what was open before is asked for. */
  start(open?: number[]): Promise<void>;
  measure(n: number, params?: Values): Promise<void>;
}

/** Returns the bench; `files` may stand in the way of the disk. */
export function fileDropBench(declared: unknown = meter, files: Files = diskFiles, op = "measure"): FileDropBench {
  const folder = privateFolder();
  for (const name of ["in", "out"]) mkdirSync(join(folder, name), { recursive: true });
  const defined = fileDropFamily(files).define({
    document: FileDropDeclaration.parse(declared),
    file: join(folder, "meter.yaml"),
    readBeside: () => ({ ok: false, faults: [] }),
    faultAt: (path, fault) => ({ ...fault, path: path.join(".") }),
  });
  if (!defined.ok) throw new Error(JSON.stringify(defined.faults));
  // The bench is typed for its own device, and runs any.
  const bench = createBench({ definition: defined.value as unknown as typeof counterDevice });
  return {
    ...bench,
    folder,
    async start(open = []) {
      await bench.boot(undefined, { folder });
      await bench.pass(50);
      await bench.beat();
      await bench.reconcile(open);
      await bench.pass(1);
    },
    measure: (n, params = { sample: `S${n}` }) => bench.execute(n, { op, params, maxDurationMs: 600_000 }),
  };
}
