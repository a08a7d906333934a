import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Name } from "@labloop/contracts";
import { checkCampaignDocument, checkLab } from "@labloop/protocol";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAsker } from "../../src/init/ask-questions.ts";
import { campaignText } from "../../src/init/campaign-text.ts";
import { labNameOf, readDevices } from "../../src/init/lab-answers.ts";
import { labText } from "../../src/init/lab-text.ts";
import { writeLab } from "../../src/init/write-lab.ts";
import { loadCampaign } from "../../src/lab/load-campaign.ts";

const ada = { title: "Polymer lab", owner: "Ada", contact: "ada@lab.example", location: "bench 1", further: [] };
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labloop-init-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("what labloop init writes", () => {
  test("the first campaign has no faults, and stands beside the lab that it names", async () => {
    expect(await writeLab(folder, ada)).toEqual(["lab.yaml", "protocol.yaml", "campaign.yaml"]);
    const loaded = await loadCampaign(join(folder, "campaign.yaml"));
    expect(loaded.ok ? [] : loaded.faults).toEqual([]);
  });

  test("whatever people answer, the files say it back, and no answer changes what else they say", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((answer) => answer.trim() !== "");
    fc.assert(
      fc.property(text, text, text, text, (title, owner, contact, location) => {
        const answers = { title, owner, contact, location, further: [] };
        const lab = checkLab({ file: "lab.yaml", text: labText(answers) });
        expect(lab.ok ? lab.value : lab.faults).toMatchObject({ title: { en: title }, owner, contact });
        expect(lab.ok ? lab.value.devices["pump"]?.location : null).toBe(location);
        const campaign = checkCampaignDocument({ file: "campaign.yaml", text: campaignText(answers) });
        expect(campaign.ok ? campaign.value.dataManager : campaign.faults).toBe(owner);
      }),
    );
  });

  test("every title gives a name that topics can bear", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (title) => Name.safeParse(labNameOf(title)).success));
    expect(labNameOf("Ada's Polymér Lab, 2nd floor")).toBe("adas-polymer-lab-2nd-floor");
    expect(labNameOf("高分子研究室")).toBe("lab");
  });

  test("nothing is overwritten, and nothing is written beside what is there", async () => {
    writeFileSync(join(folder, "protocol.yaml"), "mine");
    await expect(writeLab(folder, ada)).rejects.toThrow(/protocol\.yaml already/);
    expect(readFileSync(join(folder, "protocol.yaml"), "utf8")).toBe("mine");
    expect(() => readFileSync(join(folder, "lab.yaml"))).toThrow(/ENOENT/);
  });

  test("a device that is not known is named, and those that are known come in one order", () => {
    expect(readDevices("pump, centrifuge,arm,toaster")).toEqual({ ok: false, unknown: ["centrifuge", "toaster"] });
    const read = readDevices(" ARM,printer,pump ");
    expect(read.ok ? read.devices.map(({ name }) => name) : []).toEqual(["pump", "printer", "arm"]);
  });
});

describe("questions", () => {
  /** Answers what is asked with one line after another. */
  function personWith(lines: readonly (string | null)[]) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const rest = [...lines];
    let shown = "";
    output.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      if (!chunk.toString().endsWith(": ")) return;
      const next = rest.shift();
      if (next == null) input.end();
      else input.write(`${next}\n`);
    });
    return { asker: openAsker(input, output), shown: () => shown };
  }

  test("an empty answer takes what stands in brackets, and a wrong one is asked again with the reason", async () => {
    const { asker, shown } = personWith(["", "", "Ada", "toaster", "pump"]);
    expect(await asker.ask({ text: "Name", preset: "my-lab" })).toBe("my-lab");
    expect(await asker.ask({ text: "Owner" })).toBe("Ada");
    const wrong = (answer: string) => (answer === "toaster" ? "not known: toaster" : null);
    expect(await asker.ask({ text: "Devices", preset: "pump", wrong })).toBe("pump");
    expect(shown()).toContain("Name [my-lab]: ");
    expect(shown()).toContain("this one needs an answer");
    expect(shown()).toContain("not known: toaster");
  });

  test("an input that ends breaks the questions off", async () => {
    const { asker } = personWith([null]);
    await expect(asker.ask({ text: "Name" })).rejects.toMatchObject({ code: "init.broken" });
  });
});
