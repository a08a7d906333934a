import { defineConfig } from "vitest/config";

/** Where to leave the counts for whoever asked, as CI does. */
const counts = process.env["LABLOOP_TEST_JSON"];

export default defineConfig({
  test: {
    reporters: [
      "default",
      "./test/support/skip-reporter.ts",
      ...(counts === undefined ? [] : [["json", { outputFile: counts }] satisfies [string, unknown]]),
    ],
    projects: [
      {
        test: {
          name: "packages",
          include: ["packages/*/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: { name: "devices", include: ["devices/*/test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        test: {
          name: "simulator",
          include: ["simulator/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: "architecture", include: ["test/architecture/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { name: "model", include: ["test/model/**/*.test.ts"], testTimeout: 900_000 } },
      { test: { name: "replay", include: ["test/replay/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { name: "fault", include: ["test/fault/**/*.test.ts"], testTimeout: 900_000 } },
      {
        test: { name: "contract", include: ["test/contract/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 120_000 },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: "chaos", include: ["test/chaos/**/*.test.ts"], testTimeout: 7_200_000, hookTimeout: 120_000 },
      },
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 900_000, hookTimeout: 120_000 } },
    ],
  },
});
