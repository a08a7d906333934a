// The launcher: says what to do on a Node that cannot run the sources, else runs them.
import "./hush-experimental.mjs";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `labloop runs on Node 24, and this is ${process.version}. Start it with "npm start" or "npm run labloop -- ...", ` +
      "which bring their own; where no prebuilt Node 24 fits this machine, install Node 24 or newer.\n",
  );
  process.exit(1);
}
if (!existsSync(new URL("../node_modules", import.meta.url))) {
  process.stderr.write(
    'labloop: nothing is installed here yet. Start it once with "npm start" or "npm run labloop -- ...", which install what it needs.\n',
  );
  process.exit(1);
}
// Sources are compiled once for this and every later process, drivers too: a start takes less than half the time from the second on.
// Where the folder cannot be written, each compiles for itself.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(
  new URL("../../../node_modules/.cache/labloop-compiled", import.meta.url),
);
module.enableCompileCache(process.env["NODE_COMPILE_CACHE"]);
await import("../src/main.ts");
