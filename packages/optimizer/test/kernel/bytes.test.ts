import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { compileKernel } from "../../build/compile-kernel.ts";
import { kernelBase64, kernelSha256 } from "../../src/kernel/kernel-bytes.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";

test("the pinned compiler makes of the kernel's sources the very bytes that are shipped", async () => {
  const shipped = Buffer.from(kernelBase64, "base64");
  expect(createHash("sha256").update(shipped).digest("hex")).toBe(kernelSha256);
  const built = Buffer.from(await compileKernel());
  expect(built.equals(shipped), "the sources have changed: run npm run build:kernel").toBe(true);
});

test("the wasm module needs nothing from outside and is what runs here", () => {
  expect(openKernel().backEnd).toBe("wasm");
  expect(Buffer.from(kernelBase64, "base64").length).toBeLessThan(12_000);
});
