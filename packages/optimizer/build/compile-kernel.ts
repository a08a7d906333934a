import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const sources = join(import.meta.dirname, "../src/kernel/source");

/**
 * Returns the bytes of the wasm module that the pinned AssemblyScript compiler makes of the kernel's sources; rejects with the
 * compiler's own words where they do not compile.
 *
 * A file `x.simd.ts` takes the place of `x.ts`.
 */
export async function compileKernel(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  let complaints = "";
  const options = ["--outFile", "kernel.wasm", "-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];
  const { error } = await asc.main(["kernel.ts", ...options], {
    readFile: (name) => {
      // The compiler adds its own ending to a path that has one already.
      const stem = name.replace(/(\.ts)+$/, "");
      const simd = join(sources, `${stem}.simd.ts`);
      const plain = join(sources, `${stem}.ts`);
      if (existsSync(simd)) return readFileSync(simd, "utf8");
      return existsSync(plain) ? readFileSync(plain, "utf8") : null;
    },
    writeFile: (_, contents) => {
      if (typeof contents !== "string") bytes = contents;
    },
    listFiles: () => [],
    stderr: {
      write(chunk: string | Uint8Array) {
        complaints += typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
      },
    },
  });
  if (error !== null || bytes === undefined) {
    throw new Error(`the kernel does not compile: ${error?.message ?? "no output"}\n${complaints}`);
  }
  return bytes;
}
