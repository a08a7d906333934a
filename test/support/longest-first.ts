import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take longest, longest first as measured on two cores: one that comes last holds everybody up on one core. What
 * waits more than it computes comes early too, beside what only computes.
 */
const longest = [
  "test/attach/python-conformance.test.ts",
  "test/conformance/over-mqtt.test.ts",
  "test/e2e/kill.test.ts",
  "test/fault/seeds.test.ts",
  "test/chaos/chaos.test.ts",
  "test/fault/sweep.test.ts",
  "test/conformance/drivers.test.ts",
  "test/attach/python-gold.test.ts",
  "test/attach/python-bridges-conformance.test.ts",
  "test/e2e/driver-new.test.ts",
  "test/fault/mutants.test.ts",
  "test/browser/page.test.ts",
  "test/e2e/scripted-interface.test.ts",
  "test/browser/desk.test.ts",
  "test/e2e/doubt.test.ts",
  "test/e2e/estop.test.ts",
  "test/e2e/determinism.test.ts",
  "test/e2e/apart.test.ts",
  "test/browser/doubt.test.ts",
  "test/browser/person.test.ts",
  "test/e2e/by-hand.test.ts",
  "packages/optimizer/test/judged.test.ts",
  "packages/cli/test/drivers/open-drivers.test.ts",
  "test/model/contract-model.test.ts",
  "test/replay/archive.test.ts",
  "test/attach/opentrons.test.ts",
  "test/attach/file-drop-lab.test.ts",
  "packages/cli/test/drivers/describe-apart.test.ts",
  "test/e2e/chaos-demo.test.ts",
  "test/e2e/misbehaving-drivers.test.ts",
  "test/e2e/broker-trouble.test.ts",
  "test/e2e/left-in-lab.test.ts",
  "test/e2e/init.test.ts",
  "test/e2e/declared-balance.test.ts",
  "packages/cli/test/commands/export-and-report.test.ts",
  "test/e2e/auditor.test.ts",
  "test/e2e/record-replay.test.ts",
  "packages/cli/test/bench/bench.test.ts",
  "packages/cli/test/propose/propose.test.ts",
  "packages/driver/test/conformance/suite.test.ts",
  "packages/engine/test/doubt-orders.test.ts",
];

/** Starts the longest files first, whichever project they belong to; the order of the others is Vitest's. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.indexOf(relative(this.ctx.config.root, moduleId).replaceAll("\\", "/"));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
