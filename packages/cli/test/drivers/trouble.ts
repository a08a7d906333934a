import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What each driver does as soon as it has its session; `steady` does nothing wrong. */
export const troubles = {
  steady: "",
  throws: `setTimeout(() => { throw new Error("the pump is on fire"); }, 5);`,
  rejects: `setTimeout(() => { void Promise.reject(new Error("nobody takes this")); }, 5);`,
  loops: `setTimeout(() => { for (;;) {} }, 5);`,
  grows: `const kept = []; setTimeout(() => { for (;;) kept.push(new Array(1_000).fill(1)); }, 5);`,
  hoards: `const kept = []; setInterval(() => { kept.push(Buffer.alloc(32 * 2 ** 20, 1)); }, 20);`,
  exits: `setTimeout(() => process.exit(3), 5);`,
} as const;

/** What each module does as it is loaded. */
export const unloadable = {
  importThrows: `throw new Error("no licence for the vendor's library");`,
  importLoops: `for (;;) {}`,
  importExits: `process.exit(0);`,
  noDefault: `export const driver = 1;`,
} as const;

/** Returns a driver that needs no wire, as text. */
export function driverText(options: {
  readonly trouble?: string;
  readonly version?: string;
  readonly capability?: string;
  /** Ms that an act lasts. */
  readonly lastsMs?: number;
  readonly unit?: string;
  /** What a look at the instrument says, as an expression. */
  readonly health?: string;
}): string {
  const { trouble = "", version = "1.0.0", capability = "mixer", lastsMs = 0, unit = "mL", health } = options;
  return `import { defineDevice } from "@labloop/driver";
import * as z from "zod";
const wait = (context) => new Promise((resolve) => context.linkClock.at(context.linkClock.now() + ${lastsMs}, resolve));
export default defineDevice({
  kind: "bench-mixer", driverVersion: "${version}", capability: "${capability}", link: "own",
  title: { en: "A mixer", ja: "ミキサー" },
  manual: "none: it stands for no instrument",
  config: z.strictObject({}),
  async connect(stream) { ${trouble} return stream; },
  ${health === undefined ? "" : `health: { everyMs: 60_000, look: async () => ${health} },`}
  identify: () => ({ serial: "B-1", firmware: null }),
  operations: {
    mix: {
      title: "Mix", version: "1",
      params: { amount: { type: "quantity", unit: "${unit}" } },
      result: { mass: { type: "quantity", unit: "g" } },
      duration: { typicalMs: 1_000, maxMs: 60_000 },
      baseline: async () => ({}),
      start: async () => undefined,
      async watch(_session, executed, context) {
        await wait(context);
        return { state: "succeeded", result: { mass: { value: 1, unit: "g" } }, executed };
      },
      probe: async () => ({ outcome: "unknown", decisive: false, evidence: {} }),
    },
  },
});
`;
}

/** Writes a lab whose devices are named after their drivers' files, and returns its path. */
export function writeLab(folder: string, drivers: Readonly<Record<string, string>>): string {
  const rows = Object.keys(drivers).map((id) => `  ${id}:\n    module: ./${id}.mjs\n`);
  for (const [id, text] of Object.entries(drivers)) writeFileSync(join(folder, `${id}.mjs`), text);
  const path = join(folder, "lab.yaml");
  writeFileSync(
    path,
    `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada Lovelace
contact: ada@lab.example
devices:
${rows.join("")}`,
  );
  return path;
}
