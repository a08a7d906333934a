import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonLines, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

const ada = ["--name", "Polymer lab", "--owner", "Ada", "--contact", "ada@lab.example"];
const files = ["campaign.yaml", "lab.yaml", "protocol.yaml", "schemas"];

test("a lab that init has written far from the repository runs its first campaign to the end, and finds 5 g", async () => {
  const folder = privateFolder();
  const made = await labloop(["init", join(folder, "lab"), ...ada, "--json"]);
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: "" });
  expect(readdirSync(join(folder, "lab")).toSorted()).toEqual(files);

  const campaign = join(folder, "lab/campaign.yaml");
  const args = ["run", campaign, "--clock", "virtual", "--seed", "2", "--data", join(folder, "data"), "--json"];
  const { code, stdout } = await labloop(args);
  expect(code).toBe(0);
  const lines = jsonLines(stdout) as { type: string; experiments?: number; bestMeasured?: { value: number } }[];
  expect(lines.at(-1)).toMatchObject({ type: "campaign.finished", experiments: 20 });
  expect(lines.at(-1)?.bestMeasured?.value).toBeLessThan(0.2);
});

test("without a terminal init asks nothing: it names the flags that it lacks, and writes nothing", async () => {
  const folder = join(privateFolder(), "lab");
  const { code, stderr } = await labloop(["init", folder, "--name", "Polymer lab"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--owner, --contact were not given");
  expect(existsSync(folder)).toBe(false);
});

test("a second init in the same folder overwrites nothing", async () => {
  const folder = join(privateFolder(), "lab");
  expect((await labloop(["init", folder, "--yes"])).code).toBe(0);
  const { code, stderr } = await labloop(["init", folder, "--yes"]);
  expect(code).toBe(1);
  expect(stderr).toContain("has lab.yaml, protocol.yaml, campaign.yaml already");
});

test("doctor and check have nothing to say against a lab with every kind of device", async () => {
  const folder = join(privateFolder(), "lab");
  const devices = "balance,pump,printer,tester,arm,files,text,modbus,opentrons,python,person";
  expect((await labloop(["init", folder, ...ada, "--devices", devices])).code).toBe(0);
  const { code, stdout } = await labloop(["doctor", join(folder, "lab.yaml"), "--json"]);
  expect(code, stdout).toBe(0);
  expect(stdout).toContain("11 devices, every driver loads");
  const declared = ["files.yaml", "text.yaml", "modbus.yaml", "opentrons.yaml", "person.yaml", "python/stand-in.yaml"];
  const checks = await Promise.all(declared.map((file) => labloop(["check", join(folder, file)])));
  expect(checks.map((check) => check.code)).toEqual(declared.map(() => 0));
}, 60_000);

test("on a terminal five questions are asked, and their answers stand in the lab", async (context) => {
  const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;
  context.skip(!hasScript, "no script(1) to make a terminal with");
  const folder = join(privateFolder(), "lab");
  const node = join(root, "node_modules/.bin/node");
  const command = `${node} ${join(root, "packages/cli/bin/labloop.mjs")} init ${folder}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], { env: { ...process.env, TERM: "dumb" } });
  const answers = ["Polymer lab", "Ada", "", "room 2.14", "printer"];
  let [seen, asked] = ["", 0];
  child.stdout.on("data", (bytes: Buffer) => {
    seen += bytes.toString();
    // Whole questions only: each ends in its preset and a colon.
    while ((seen.match(/\]: /g) ?? []).length > asked) child.stdin.write(`${answers[asked++] ?? ""}\r`);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, asked }).toEqual({ code: 0, asked: 5 });
  const { stdout } = await labloop(["check", join(folder, "lab.yaml"), "--json"]);
  expect(jsonLines(stdout)).toEqual([{ v: 1, ok: true, faults: [] }]);
}, 60_000);
