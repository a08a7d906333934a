import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/** Where to leave the counts for whoever asked, as CI does. */
const counts = process.env["LABLOOP_TEST_JSON"];

/**
 * A worker for every core: Vitest would leave one free, which on two cores is half of them. Each is a process, since some
 * tests measure what their own takes.
 */
const workers = { pool: "forks", maxWorkers: availableParallelism() } as const;

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
          ...workers,
          name: "packages",
          include: ["packages/*/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...workers,
          name: "devices",
          include: ["devices/*/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...workers,
          name: "simulator",
          include: ["simulator/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { ...workers, name: "architecture", include: ["test/architecture/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { ...workers, name: "model", include: ["test/model/**/*.test.ts"], testTimeout: 900_000 } },
      { test: { ...workers, name: "fuzz", include: ["test/fuzz/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { ...workers, name: "replay", include: ["test/replay/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { ...workers, name: "fault", include: ["test/fault/**/*.test.ts"], testTimeout: 900_000 } },
      {
        test: {
          ...workers,
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...workers,
          name: "attach",
          include: ["test/attach/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...workers,
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...workers,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...workers,
          name: "chaos",
          include: ["test/chaos/**/*.test.ts"],
          testTimeout: 7_200_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...workers,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
