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
      { test: { name: "packages", include: ["packages/*/test/**/*.test.ts"] } },
      { test: { name: "devices", include: ["devices/*/test/**/*.test.ts"] } },
      { test: { name: "simulator", include: ["simulator/test/**/*.test.ts"] } },
      { test: { name: "architecture", include: ["test/architecture/**/*.test.ts"], testTimeout: 120_000 } },
      { test: { name: "fault", include: ["test/fault/**/*.test.ts"], testTimeout: 900_000 } },
