import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Name } from "@labloop/contracts";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { newDriver } from "../../src/commands/driver.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** A folder that is gone after the test. */
function folderIn(parent: string): string {
  const folder = mkdtempSync(join(parent, "zz-driver-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function printed(work: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  try {
    await work();
  } finally {
    write.mockRestore();
  }
  return lines.join("");
}

test("what is shown for a driver's folder can be copied, into a shell and into lab.yaml, whatever the folder is called", async () => {
  const folder = join(folderIn(tmpdir()), "Große Pumpe #2");
  for (const flags of [{}, { yaml: true }, { python: true }]) {
    const own = join(folder, Object.keys(flags)[0] ?? "typescript", "Große Pumpe #2");
    const text = await printed(() => newDriver(own, flags));
    expect(text).toContain(`driver test "${own}"\n`);
    const [id = "", device] =
      Object.entries(parse(/^ {2}\S+:\n[^]*$/m.exec(text)?.[0] ?? "") as Record<string, unknown>)[0] ?? [];
    expect(Name.safeParse(id).success).toBe(true);
    expect(device).toMatchObject({
      module: expect.stringMatching(/^\.\/Große Pumpe #2\/driver\.(ts|yaml|caps\.json)$/),
    });
  }
});

test("a declared driver whose name reads as a number or a truth is declared by a text all the same", async () => {
  const folder = folderIn(tmpdir());
  for (const name of ["123", "1e3", "true", "null"]) {
    await printed(() => newDriver(join(folder, name), { yaml: true }));
    const declared = parse(readFileSync(join(folder, name, "driver.yaml"), "utf8")) as object;
    expect(declared).toMatchObject({ kind: name, capability: name, title: { en: name } });
  }
});

test("a driver inside the checkout names it by the way up, which holds wherever both are cloned to", async () => {
  const folder = folderIn(join(root, "node_modules"));
  await printed(() => newDriver(join(folder, "pump"), {}));
  const config = JSON.parse(readFileSync(join(folder, "pump", "tsconfig.json"), "utf8")) as { extends: string };
  expect(config.extends).toBe("../../../tsconfig.base.json");
});
