import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const { putAsideUnfit } = (await import(new URL("../../bin/put-aside-unfit.mjs", import.meta.url).href)) as {
  putAsideUnfit: (program: string) => boolean;
};

function linkTo(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "labloop-unfit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = join(folder, "node");
  symlinkSync(program, link);
  return link;
}

test("a Node that runs stays in front of the machine's own", () => {
  const link = linkTo(process.execPath);
  expect(putAsideUnfit(link)).toBe(true);
  expect(existsSync(link)).toBe(true);
});

test("a Node for another C library does not stand in the way of the machine's own", () => {
  const program = linkTo(process.execPath);
  rmSync(program);
  // What its loader is not there for, no system starts.
  writeFileSync(program, "#!/nonexistent/ld-musl.so.1\n", { mode: 0o755 });
  const link = linkTo(program);
  expect(putAsideUnfit(link)).toBe(false);
  expect(existsSync(link)).toBe(false);
  expect(existsSync(program)).toBe(true);
});

test("where no Node was installed nothing is put aside", () => {
  expect(putAsideUnfit("/nonexistent/node")).toBe(false);
});
