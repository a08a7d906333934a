import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AskView } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { expect, test } from "vitest";
import { byHandLab } from "../support/by-hand-lab.ts";
import { jsonLines, labloop, launch, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents } from "../support/read-folder.ts";

/** A picture as it might come out of a camera. */
const picture = join(root, "docs/images/dashboard.png");

const eventsOf = (data: string, type: string) =>
  readEvents(data)
    .map(({ event }) => event)
    .filter((event) => event.type === type);

test("a campaign of human steps alone runs to its end with a simulated person, in virtual time", async () => {
  const data = join(privateFolder(), "data");
  const campaign = join(root, "protocols/by-hand/campaign.yaml");
  const ended = await labloop(["run", campaign, "--clock", "virtual", "--seed", "1", "--json", "--data", data]);
  expect(ended).toMatchObject({ code: 0 });
  expect(eventsOf(data, "observation.made")).toHaveLength(12);
  const answers = eventsOf(data, "step.answered");
  expect(answers.length).toBeGreaterThanOrEqual(24);
  for (const answer of answers) expect(answer).toMatchObject({ by: { kind: "operator" } });
});

test("a simulated person whose world draws no pictures hands in one pixel, so that a lab with photos can be rehearsed", async () => {
  const { campaign, data } = byHandLab(join(privateFolder(), "lab"), 1, "simulated");
  const ended = await labloop(["run", campaign, "--clock", "virtual", "--seed", "1", "--json", "--data", data]);
  expect(ended).toMatchObject({ code: 0 });
  const [made] = eventsOf(data, "observation.made");
  expect(made).toMatchObject({
    observation: { steps: [{ step: "prepare", photos: { picture: { media: "image/png", size: 70 } } }, {}] },
  });
});

test("a campaign of human steps alone runs to its end from the terminal; what was done differently is recorded as executed", async () => {
  const { campaign, data } = byHandLab(join(privateFolder(), "lab"), 1);
  const run = launch(["run", campaign, "--seed", "1", "--json", "--port", "0", "--data", data]);
  const asked = async (step: string): Promise<AskView | undefined> => {
    const { stdout } = await labloop(["person", "list", data, "--json"]);
    const [{ asks = [] } = {}] = jsonLines(stdout) as { asks?: AskView[] }[];
    return asks.find((ask) => ask.step === step);
  };
  const idOf = async (step: string): Promise<string> => {
    await expect.poll(() => asked(step), { timeout: 60_000 }).toBeDefined();
    return (await asked(step))?.commandId ?? "";
  };
  const answer = (id: string, ...rest: string[]) => labloop(["person", "answer", id, data, "--by", "Ada", ...rest]);

  const first = await idOf("prepare");
  expect(await answer(first, "--not-done")).toMatchObject({ code: 2 });
  const nothing = await answer(first, "--result", "cylinder=7");
  expect(nothing.code).not.toBe(0);
  expect(nothing.stdout + nothing.stderr).toMatch(/cylinder: [^]*picture: the photo is missing/);
  const noPhoto = await answer(first, "--result", "cylinder=CYL-007", "--photo", join(root, "README.md"));
  expect(noPhoto.stdout + noPhoto.stderr).toContain("is no JPEG, PNG or WebP");
  expect(eventsOf(data, "step.answered")).toEqual([]);
  expect(await answer(first, "--not-done", "--reason", "the phone rang")).toMatchObject({ code: 0 });

  await expect.poll(async () => (await asked("prepare"))?.commandId ?? first, { timeout: 60_000 }).not.toBe(first);
  const again = await idOf("prepare");
  const differently = [
    "--executed",
    "soap=5 mL",
    "stirring=1.5 min",
    "--result",
    "cylinder=CYL-007",
    "--photo",
    picture,
  ];
  expect(await answer(again, ...differently)).toMatchObject({ code: 0 });
  const measure = await idOf("measure");
  const tooHigh = await answer(measure, "--result", "height=90 cm");
  expect(tooHigh.code).not.toBe(0);
  expect(tooHigh.stdout + tooHigh.stderr).toContain("300");
  expect(await answer(measure, "--result", "height=6.9 cm")).toMatchObject({ code: 0 });

  expect(await run.ended).toMatchObject({ code: 0 });
  const bytes = readFileSync(picture);
  const reference = { sha256: sha256(bytes), size: bytes.length, media: "image/png" };
  expect(readFileSync(join(data, "photos", again, `${reference.sha256}.png`)).equals(bytes)).toBe(true);
  const out = join(data, "export");
  expect(await labloop(["export", data, "--photos"])).toMatchObject({ code: 0 });
  const name = `photo-${reference.sha256}.png`;
  expect(readFileSync(join(out, name)).equals(bytes)).toBe(true);
  expect(JSON.parse(readFileSync(join(out, "dataset.json"), "utf8"))).toMatchObject({
    files: expect.arrayContaining([
      { name, mediaType: "image/png", bytes: bytes.length, sha256: `sha256:${reference.sha256}` },
    ]),
  });
  const [prepared] = eventsOf(data, "step.succeeded");
  expect(prepared).toMatchObject({ executed: { soap: { value: 5, unit: "mL" }, stirring: { value: 90, unit: "s" } } });
  const [made] = eventsOf(data, "observation.made");
  expect(made).toMatchObject({
    observation: {
      // What the model learns from is what was done, in the inputs' own units.
      executed: { value: { soap: 5, stirring: 90 } },
      values: { height: { value: 69 } },
      steps: expect.arrayContaining([
        expect.objectContaining({
          step: "prepare",
          entered: expect.objectContaining({ by: { kind: "operator", name: "Ada" } }),
          photos: { picture: reference },
        }),
      ]),
    },
  });
});
