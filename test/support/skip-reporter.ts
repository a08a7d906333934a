import type { Reporter, TestModule } from "vitest/node";

/** Prints every skipped test with the reason it gave, so that nothing is passed over in silence. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests("skipped")) {
        const result = test.result();
        const note = result.state === "skipped" ? result.note : undefined;
        process.stdout.write(`skipped: ${test.fullName}: ${note ?? "no reason given"}\n`);
      }
    }
  }
}
