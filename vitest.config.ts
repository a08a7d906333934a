import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/** Where to leave the counts for whoever asked, as CI does. */
const counts = process.env["LABLOOP_TEST_JSON"];

/**
 * A worker for every core, and one more for the files that wait rather than compute, such as those that watch a driver being
 * silent for its time. Each is a process, since some tests measure what their own takes.
 */
const workers = { pool: "forks", maxWorkers: availableParallelism() + 1 } as const;

/**
 * Files of a project follow each other in a worker that has loaded the sources once: to load them anew for each of hundreds
 * was a fifth of all time. They keep nothing beyond their own tests.
 */
const shared = { ...workers, isolate: false } as const;

/** Beside real parts: a module is loaded only once, so what it has to end after a file it registers with `afterFile`. */
const withParts = { ...shared, setupFiles: "test/support/end-file.ts" } as const;

/** Sources are compiled once for all the processes that tests start, and for those of the next time. */
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/labloop-compiled", import.meta.url));

export default defineConfig({
  test: {
    ...workers,
    sequence: { sequencer: LongestFirst },
    reporters: [
      "default",
      "./test/support/skip-reporter.ts",
      ...(counts === undefined ? [] : [["json", { outputFile: counts }] satisfies [string, unknown]]),
    ],
    projects: [
      {
        test: {
          ...shared,
          name: "packages",
          include: ["packages/*/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: "devices",
          include: ["devices/*/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: "simulator",
          include: ["simulator/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { ...shared, name: "architecture", include: ["test/architecture/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { ...withParts, name: "model", include: ["test/model/**/*.test.ts"], testTimeout: 900_000 } },
      { test: { ...withParts, name: "fuzz", include: ["test/fuzz/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { ...withParts, name: "replay", include: ["test/replay/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { ...withParts, name: "fault", include: ["test/fault/**/*.test.ts"], testTimeout: 900_000 } },
      {
        test: {
          ...withParts,
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...withParts,
          name: "attach",
          include: ["test/attach/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...withParts,
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...withParts,
          // Each browser is its file's own, and so is the end of Playwright that talks to it.
          isolate: true,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...withParts,
          name: "chaos",
          include: ["test/chaos/**/*.test.ts"],
          testTimeout: 7_200_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...withParts,
          name: "e2e",
          globalSetup: "test/support/shared-folder.ts",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
