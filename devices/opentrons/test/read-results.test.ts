import { expect, test } from "vitest";
import { OpentronsDeclaration } from "../declaration.ts";
import { executedOf, readResults } from "../read-results.ts";
import type { Robot } from "../robot.ts";
import { Run } from "../wire.ts";

/** A robot that knows one run of many commands, and hands out their results one at a time, as the real one does. */
function robotWith(commands: readonly { commandType: string; params?: object; result?: object }[]): Robot {
  const all = commands.map((command, n) => ({ id: `c${n}`, status: "succeeded", params: {}, ...command }));
  const never = () => Promise.reject(new Error("nothing is written"));
  return {
    async get(path, body) {
      const one = /\/commands\/(\w+)$/.exec(path)?.[1];
      if (one !== undefined) return body.parse({ data: all.find(({ id }) => id === one) });
      const cursor = Number(/cursor=(\d+)/.exec(path)?.[1]);
      const data = all.slice(cursor, cursor + 3).map((command) => ({ ...command, result: undefined }));
      return body.parse({ data, meta: { cursor, totalLength: all.length } });
    },
    post: never,
    patch: never,
    upload: never,
  };
}

const declared = (result: object) =>
  OpentronsDeclaration.parse({
    kind: "k",
    version: "1",
    capability: "c",
    title: { en: "t" },
    operations: { op: { title: "t", protocol: "p.py", duration: { typicalMs: 1, maxMs: 1_000 }, result } },
  }).operations["op"]!.result;

const commands = [
  { commandType: "aspirate", result: { volume: 5 } },
  { commandType: "comment", params: { message: "height: 12.5" } },
  { commandType: "aspirate", result: { volume: 7 } },
  { commandType: "comment", params: { message: "verdict: fine" } },
  { commandType: "measure", result: { at: { z: 3 } } },
];

test("results come from every page: the first, the last or all of a kind, deep in a result, and from comments", async () => {
  const result = declared({
    first: { type: "quantity", unit: "uL", command: "aspirate", path: "volume", which: "first" },
    last: { type: "quantity", unit: "uL", command: "aspirate", path: "volume" },
    all: { type: "series", unit: "uL", command: "aspirate", path: "volume" },
    z: { type: "quantity", unit: "mm", command: "measure", path: "at.z" },
    height: { type: "quantity", unit: "mm", comment: "height" },
    verdict: { type: "string", comment: "verdict" },
  });
  expect(await readResults(robotWith(commands), "run", result)).toEqual({
    first: { value: 5, unit: "uL" },
    last: { value: 7, unit: "uL" },
    all: { values: [5, 7], unit: "uL" },
    z: { value: 3, unit: "mm" },
    height: { value: 12.5, unit: "mm" },
    verdict: "fine",
  });
});

test("a value that the run does not have is named, with where it was looked for", async () => {
  const result = declared({ mass: { type: "quantity", unit: "g", comment: "mass" } });
  await expect(readResults(robotWith(commands), "run", result)).rejects.toThrow(
    'no mass: there is no comment "mass: ..."',
  );
});

test("what the run really had comes back in the announced units; files and unknown parameters are left out", () => {
  const run = Run.parse({
    id: "r",
    current: true,
    status: "succeeded",
    actions: [],
    runTimeParameters: [
      { variableName: "blue", value: 12.5 },
      { variableName: "fast", value: true },
      { variableName: "table", type: "csv_file" },
      { variableName: "other", value: 1 },
    ],
  });
  const params = {
    blue: { type: "quantity", unit: "uL" },
    fast: { type: "boolean" },
    table: { type: "string" },
  } as const;
  expect(executedOf(run, params)).toEqual({ blue: { value: 12.5, unit: "uL" }, fast: true });
});
