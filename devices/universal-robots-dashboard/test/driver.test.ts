import { expect, test } from "vitest";
import { DashboardConfig } from "../config.ts";
import driver from "../driver.ts";

test("a lab file names programs by route and switches by place; what is neither is refused with the place named", () => {
  const config = { programs: { "printer-1>balance": "p1-bal.urp" }, senses: { balance: "see-bal.urp" } };
  expect(DashboardConfig.parse(config)).toMatchObject({ ...config, pollS: 1 });
  const wrong = DashboardConfig.safeParse({ programs: { "printer-1": "p1.urp", "a>b": "p1.script" } });
  expect(wrong.error?.issues.map((issue) => issue.path.join("/"))).toEqual(["programs/printer-1", "programs/a>b"]);
});

test("a transfer is non-repeatable, and is never stopped midway with a part in the gripper", () => {
  const { transfer } = driver.operations;
  expect(transfer?.retryClass ?? "non-repeatable").toBe("non-repeatable");
  expect(transfer?.stop).toBeUndefined();
  expect(driver.provenance.metHardware).toBe(false);
});
