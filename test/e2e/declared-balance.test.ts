import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { demoCampaign, demoLab, jsonLines, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

const example = join(root, "devices/text-line/examples/balance.yaml");

test("the demo's balance, declared in 23 lines of YAML, serves a whole campaign with the same result", async () => {
  const text = readFileSync(example, "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(23);
  const folder = privateFolder();
  copyFileSync(example, join(folder, "balance.yaml"));
  copyFileSync(join(dirname(demoLab), "designs.csv"), join(folder, "designs.csv"));
  for (const file of ["protocol.yaml", "candidates.csv"]) {
    copyFileSync(join(dirname(demoCampaign), file), join(folder, file));
  }
  const lab = readFileSync(demoLab, "utf8")
    .replace('"@labloop/device-mettler-toledo-mt-sics"', "./balance.yaml")
    .replace("../../worlds/", `${join(root, "simulator/worlds")}/`);
  writeFileSync(join(folder, "lab.yaml"), lab);
  const campaign = readFileSync(demoCampaign, "utf8").replace("../../simulator/labs/demo/lab.yaml", "lab.yaml");
  writeFileSync(join(folder, "campaign.yaml"), campaign);

  const run = async (path: string, data: string) => {
    const args = ["run", path, "--clock", "virtual", "--seed", "3", "--json", "--data", join(folder, data)];
    const { code, stdout, stderr } = await labloop(args);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    return jsonLines(stdout).at(-1) as { readonly best?: unknown };
  };
  const [declared, coded] = [await run(join(folder, "campaign.yaml"), "a"), await run(demoCampaign, "b")];
  expect(declared.best).toBeDefined();
  expect(declared.best).toEqual(coded.best);
});
