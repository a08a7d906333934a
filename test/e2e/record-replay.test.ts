import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serveTcp } from "@labloop/driver";
import { expect, test } from "vitest";
import { jsonLines, labloop, launch, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

const protocol = `schemaVersion: 1
protocol: weighings
version: 1.0.0
title: { en: Weigh }
roles: { balance: balance }
inputs:
  n: { unit: "1", title: { en: Number } }
steps:
  - step: weigh
    use: balance.weigh
`;
const campaign = `schemaVersion: 1
campaign: weighings
title: { en: Weighings }
description: { en: Weighings of a balance that is recorded }
lab: lab.yaml
protocol: protocol.yaml
candidates: candidates.csv
parameters:
  n: { unit: "1", title: { en: Number } }
objective: { name: mass, unit: g, goal: maximise }
observe: { mass: weigh.mass }
units: { mass: g }
budget: { experiments: 3 }
access: closed
dataManager: Ada
grant: null
`;
const lab = (transport: string) => `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada
contact: ada@lab.example
devices:
  balance:
    module: ./balance.yaml
    transport: ${transport}
    calibration: { reference: C-1, expires: null }
`;

test("what a declared balance said over TCP plays it again, with the same observations; another driver is told where it differs", async () => {
  const folder = privateFolder();
  const declaration = readFileSync(join(root, "devices/text-line/examples/balance.yaml"), "utf8");
  copyFileSync(join(root, "devices/text-line/examples/balance.yaml"), join(folder, "balance.yaml"));
  writeFileSync(join(folder, "protocol.yaml"), protocol);
  writeFileSync(join(folder, "campaign.yaml"), campaign);
  writeFileSync(join(folder, "candidates.csv"), "n\n1\n2\n3\n4\n");
  const args = (data: string) => {
    const path = join(folder, "campaign.yaml");
    return ["run", path, "--clock", "real", "--seed", "3", "--json", "--data", join(folder, data), "--port", "0"];
  };
  const observed = async (transport: string, data: string) => {
    writeFileSync(join(folder, "lab.yaml"), lab(transport));
    const { code, stdout, stderr } = await labloop(args(data));
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const lines = jsonLines(stdout) as {
      readonly type: string;
      readonly requested?: unknown;
      readonly values?: unknown;
    }[];
    return lines.flatMap(({ type, requested, values }) => (type === "observation" ? [{ requested, values }] : []));
  };

  let weighed = 0;
  const instrument = await serveTcp({
    host: "127.0.0.1",
    port: 0,
    onStream: (stream) =>
      stream.onData((bytes) => {
        const isWeight = String(bytes) === "S\r\n";
        stream.write(Buffer.from(isWeight ? `S S      ${++weighed}.25 g\r\n` : 'I4 A "B000000001"\r\n'));
      }),
  });
  const recorded = await observed(`{ tcp: "127.0.0.1:${instrument.port}", record: balance.jsonl }`, "recorded");
  await instrument.close();
  expect(recorded.map(({ values }) => values)).toMatchObject([
    { mass: { value: 1.25 } },
    { mass: { value: 2.25 } },
    { mass: { value: 3.25 } },
  ]);
  expect(await observed("{ replay: balance.jsonl }", "replayed")).toEqual(recorded);

  writeFileSync(join(folder, "balance.yaml"), declaration.replace("ask: S\n", "ask: SI\n"));
  const other = launch(args("other"));
  await other.said((stderr) => /line 4 of the trace has .*SI.* was written/.test(stderr));
  other.signal("SIGKILL");
  await other.ended;
});
