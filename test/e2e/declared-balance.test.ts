import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { demoCampaign, demoLab, jsonLines, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

/** The demo's campaign with another balance, twelve experiments long; returns what came of it. */
async function runWith(balance: { readonly example: string; readonly plant: string } | null) {
  const folder = privateFolder();
  for (const file of ["protocol.yaml", "candidates.csv"]) {
    copyFileSync(join(dirname(demoCampaign), file), join(folder, file));
  }
  copyFileSync(join(dirname(demoLab), "designs.csv"), join(folder, "designs.csv"));
  let lab = readFileSync(demoLab, "utf8").replace("../../worlds/", `${join(root, "simulator/worlds")}/`);
  if (balance !== null) {
    copyFileSync(join(root, balance.example), join(folder, "balance.yaml"));
    lab = lab.replace('"@labloop/device-mettler-toledo-mt-sics"', "./balance.yaml");
    lab = lab.replace("plant: mt-sics", `plant: ${balance.plant}`);
  }
  writeFileSync(join(folder, "lab.yaml"), lab);
  const campaign = readFileSync(demoCampaign, "utf8")
    .replace("../../simulator/labs/demo/lab.yaml", "lab.yaml")
    .replace("experiments: 60", "experiments: 12");
  writeFileSync(join(folder, "campaign.yaml"), campaign);
  const args = ["--clock", "virtual", "--seed", "3", "--json", "--data", join(folder, "data")];
  const { code, stdout, stderr } = await labloop(["run", join(folder, "campaign.yaml"), ...args]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const lines = jsonLines(stdout) as { readonly type: string; readonly values?: unknown; readonly best?: unknown }[];
  const observed = lines.flatMap(({ type, values }) => (type === "observation" ? [JSON.stringify(values)] : []));
  return { observed: observed.sort(), best: lines.at(-1)?.best };
}

test("the demo's balance, declared as text in 23 lines or as Modbus registers in 24, serves a campaign with the same result", async () => {
  const coded = await runWith(null);
  expect(coded.observed).toHaveLength(12);
  for (const [example, plant, lines] of [
    ["devices/text-line/examples/balance.yaml", "mt-sics", 23],
    ["devices/modbus/examples/balance.yaml", "modbus-balance", 24],
  ] as const) {
    expect(readFileSync(join(root, example), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(lines);
    expect(await runWith({ example, plant })).toEqual(coded);
  }
});
