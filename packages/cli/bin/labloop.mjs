// The launcher: says what to do on a Node that cannot run the sources, else runs them.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `labloop runs on Node 24, and this is ${process.version}. Start it with "npm start" or "npm run labloop -- ...", ` +
      "which bring their own; where no prebuilt Node 24 fits this machine, install Node 24 or newer.\n",
  );
  process.exit(1);
}
await import("../src/main.ts");
