import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { expect, test } from "vitest";
import { impure, pure } from "./layers.ts";
import { workspaceFolders } from "./workspace-folders.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = workspaceFolders.filter((folder) => folder !== "test");

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ["node_modules", "test", "dist"].includes(entry.name) ? [] : sources(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

const written = folders.flatMap(sources);

test("the import graph has no cycle, no forbidden reach and no unresolved import, and every source was looked at", async () => {
  const result = await cruise(folders, {
    baseDir: root,
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(test|dist|node_modules)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".mjs", ".js"],
    },
    validate: true,
    ruleSet: {
      forbidden: [
        { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
        {
          name: "resolvable",
          severity: "error",
          from: {},
          // The native back end is there only once it was built, and the code that loads it expects both.
          to: { couldNotResolve: true, pathNot: "/tfjs_binding\\.node$" },
        },
        {
          name: "pure-stays-pure",
          severity: "error",
          from: { path: `^packages/(${pure.join("|")})/src` },
          to: { path: impure },
        },
        {
          name: "engine-without-devices",
          severity: "error",
          from: { path: "^packages/engine/src" },
          to: { path: `(^devices/)|(^simulator/)|(node_modules/(ws|mqtt|aedes)/)|${impure}` },
        },
        {
          name: "packages-know-no-device",
          severity: "error",
          from: { path: "^packages/" },
          to: { path: "^(devices|simulator)/" },
        },
        {
          name: "devices-stand-alone",
          severity: "error",
          from: { path: "^devices/([^/]+)/" },
          to: { path: "^(devices|simulator|packages/(engine|machines|journal|cli))/", pathNot: "^devices/$1/" },
        },
        {
          name: "no-deep-import",
          severity: "error",
          from: { path: "^(packages|devices)/([^/]+)/" },
          to: {
            path: "^packages/[^/]+/src/(?!index\\.ts|(access|desirability-problem|digest|front-standing|if-still-alive|is-loopback|keeps-none|lab-error|mqtt|open-uploads|photo|photo-shelf|signature|unjudged|wire-schema)\\.ts|(worker/open-proposer|benchmark/index|benchmark/pool|benchmark/refused-study|documents/read-document|pool/index|units/index|neural/learn-neural|space/example-designs|stopping/index|study/desirability-of|conformance/index|describe/index|table/beside-table)\\.ts)",
            pathNot: "^$1/$2/",
          },
        },
      ],
    },
  });
  const { summary, modules } = result.output as ICruiseResult;
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  const seen = new Set(modules.map(({ source }) => source));
  expect(written.filter((path) => !seen.has(path))).toEqual([]);
  expect(written.length).toBeGreaterThan(150);
});

test("what loads modules past the import graph is known, file by file", () => {
  const users = written.filter((path) =>
    /\b(createRequire|getBuiltinModule)\b/.test(readFileSync(join(root, path), "utf8")),
  );
  expect(users.sort()).toEqual([
    "devices/file-drop/driver.ts",
    "devices/opentrons/robot.ts",
    "packages/cli/src/conformance/subject.ts",
    "packages/cli/src/lab/lend-modules.ts",
    "packages/cli/src/lab/load-driver.ts",
    "packages/engine/src/decide/end-campaign.ts",
    "packages/gateway/src/open-uploads.ts",
    "packages/gateway/src/take-upgrades.ts",
    "packages/optimizer/build/native-tensorflow.ts",
    "packages/optimizer/src/neural/tensorflow/back-ends.ts",
    "simulator/src/plants/robot-server-plant.ts",
  ]);
});

test("only the world reads the truth", () => {
  const readers = written.filter((path) => readFileSync(join(root, path), "utf8").includes("truth.csv"));
  expect(readers.filter((path) => !path.startsWith("simulator/worlds/"))).toEqual([]);
  expect(readers).toContain("simulator/worlds/crossed-barrel/read-truth.ts");
});

test("TensorFlow.js is loaded in one folder, and looked for by the recipe that builds its native library", () => {
  const users = written.filter((path) => readFileSync(join(root, path), "utf8").includes("@tensorflow/"));
  const allowed = (path: string) =>
    path.startsWith("packages/optimizer/src/neural/tensorflow/") ||
    path === "packages/optimizer/build/native-tensorflow.ts";
  expect(users.filter((path) => !allowed(path))).toEqual([]);
  expect(users).toContain("packages/optimizer/src/neural/tensorflow/back-ends.ts");
});

test("what a planner is given holds inputs only", () => {
  const header = (path: string) => readFileSync(join(root, path), "utf8").split("\n")[0];
  expect(header("protocols/crossed-barrel/candidates.csv")).toBe("n,theta,r,t");
  expect(header("simulator/labs/demo/designs.csv")).toBe("n,theta,r,t,file");
});
