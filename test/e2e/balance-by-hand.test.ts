import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { demoCampaign, demoLab, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents } from "../support/read-folder.ts";

const declaration = join(root, "devices/person/declarations/balance.yaml");

test("the demo's balance, replaced by somebody who reads it, declared in 17 lines of YAML, serves a campaign to its end", async () => {
  const lines = readFileSync(declaration, "utf8").split("\n");
  expect(lines.filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(17);
  const folder = privateFolder();
  copyFileSync(declaration, join(folder, "person.yaml"));
  copyFileSync(join(dirname(demoLab), "designs.csv"), join(folder, "designs.csv"));
  for (const file of ["protocol.yaml", "candidates.csv"]) {
    copyFileSync(join(dirname(demoCampaign), file), join(folder, file));
  }
  const lab = readFileSync(demoLab, "utf8")
    .replace('"@labloop/device-mettler-toledo-mt-sics"', "./person.yaml")
    .replace("plant: mt-sics", "plant: balance-reader")
    .replace("../../worlds/", `${join(root, "simulator/worlds")}/`);
  writeFileSync(join(folder, "lab.yaml"), lab);
  const campaign = readFileSync(demoCampaign, "utf8")
    .replace("../../simulator/labs/demo/lab.yaml", "lab.yaml")
    .replace(/experiments: \d+/, "experiments: 8");
  writeFileSync(join(folder, "campaign.yaml"), campaign);
  const data = join(folder, "data");
  const args = ["run", join(folder, "campaign.yaml"), "--clock", "virtual", "--seed", "3", "--json", "--data", data];
  const { code, stderr } = await labloop(args);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });

  const events = readEvents(data).map(({ event }) => event);
  const answered = events.flatMap((event) => (event.type === "step.answered" ? [event.answer] : []));
  expect(answered).toHaveLength(8);
  const masses = answered.flatMap((answer) => (answer.as === "done" ? [answer.result["mass"]] : []));
  // They read what stands on the pan: every design has its own mass.
  expect(new Set(masses.map((mass) => JSON.stringify(mass))).size).toBeGreaterThan(1);
  const made = events.flatMap((event) => (event.type === "observation.made" ? [event.observation] : []));
  const weighed = made.map(({ steps }) => steps.find(({ device }) => device === "balance"));
  expect(weighed.map((step) => step?.entered?.by?.kind)).toEqual(made.map(() => "operator"));
  expect(made).toHaveLength(8);
});
