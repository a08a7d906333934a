// Makes `npm start`, `npm test` and `npm run labloop` work on a fresh clone: installs once, by the lockfile, and builds the
// dashboard when its sources have changed.
// No dependencies, runs on Node 18.12 and newer, talks on stderr only.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { putAsideUnfit } from "./put-aside-unfit.mjs";
import { takeTurn } from "./take-turn.mjs";
import { workspaceManifests } from "./workspace-manifests.mjs";

const pnpm = "pnpm@10.34.9";
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const say = (line) => process.stderr.write(`labloop: ${line}\n`);

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 18 || (major === 18 && minor < 12)) {
  say(`setting up needs Node 18.12 or newer; this is ${process.version}. Install a newer Node and try again.`);
  process.exit(1);
}

// The demo runs anywhere; what runs the tests takes the rest of such a path for a part of an address.
if (root.includes("#") && ["test", "check"].includes(process.env.npm_lifecycle_event)) {
  say(`the tests cannot run in a folder with # in its path: move ${root} to one without, and try again.`);
  process.exit(1);
}

/** Every manifest of the workspace, and what fixes their versions. */
function manifests() {
  // What is missing the installer tells of.
  const fixed = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"].filter((path) =>
    existsSync(join(root, path)),
  );
  return [...fixed, ...workspaceManifests(root)].sort(byText);
}

/** The same order on every machine and in every locale. */
function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function stampOf(paths) {
  const digest = createHash("sha256").update(`${process.platform}-${process.arch}`);
  // Contents, not times: a clone sets every file time to now.
  for (const path of paths) digest.update(path).update(readFileSync(join(root, path)));
  return digest.digest("hex");
}

/** Every source that ends up in the page. */
function pageSources() {
  const files = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ["node_modules", "dist", "test"].includes(entry.name) ? [] : files(path);
      return [path];
    });
  return ["packages/dashboard", "packages/contracts/src", "packages/machines/src"]
    .flatMap(files)
    .concat("pnpm-lock.yaml")
    .sort(byText);
}

const stampFile = join(root, "node_modules", ".labloop-stamp");
const page = join(root, "packages", "dashboard");
const pageStampFile = join(page, "dist", ".stamp");
const lock = join(root, ".labloop-installing");
const pinned = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node");

function install() {
  const env = { ...process.env };
  // A user's own npm settings must neither leave development tools out nor silence an error.
  for (const name of ["NODE_ENV", "NODE_OPTIONS", "npm_config_omit", "npm_config_production", "npm_config_loglevel"])
    delete env[name];
  // Without a network npm would try for over a minute, without a word.
  env.npm_config_fetch_retry_mintimeout ??= "1000";
  env.npm_config_fetch_retry_maxtimeout ??= "5000";
  const result = spawnSync(
    "npx",
    ["--yes", pnpm, "install", "--frozen-lockfile", "--prod=false", "--config.lockfile=true", "--reporter=append-only"],
    { cwd: root, env, encoding: "utf8", maxBuffer: 1 << 26, shell: process.platform === "win32" },
  );
  if (result.status === 0) {
    putAsideUnfit(pinned);
    return 0;
  }
  say(
    "installing the dependencies failed; without a network this cannot work the first time. What the installer said:",
  );
  process.stderr.write(
    `${result.stdout ?? ""}${result.stderr ?? ""}${result.error ? `${result.error.message}\n` : ""}`,
  );
  return result.status || 1;
}

function buildPage() {
  const vite = join(page, "node_modules", "vite", "bin", "vite.js");
  // Node itself reads the configuration: bundled first, it is not found in a folder with # in its name.
  const build = [vite, "build", "--configLoader", "native", "--logLevel", "warn"];
  const result = spawnSync(existsSync(pinned) ? pinned : process.execPath, build, { cwd: page, encoding: "utf8" });
  if (result.status === 0) return 0;
  say("building the dashboard failed. What the builder said:");
  process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  return result.status || 1;
}

/** Does a piece of work, which returns an exit code, under the lock, unless its stamp says that it is done; the stamp is written last. */
function once(file, wanted, what, work) {
  const isDone = () => existsSync(file) && readFileSync(file, "utf8") === wanted;
  if (isDone()) return;
  const giveBack = turn();
  const code = isDone() ? 0 : timed(what, work, () => writeFileSync(file, wanted));
  giveBack();
  if (code !== 0) process.exit(code);
}

function timed(what, work, stamp) {
  const began = Date.now();
  say(`${what} ...`);
  const code = work();
  if (code !== 0) return code;
  stamp();
  say(`done in ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return 0;
}

/** Two first runs at once (npm start beside npm test) take turns. */
function turn() {
  try {
    return takeTurn(lock, say);
  } catch (error) {
    say(`cannot write to ${root}: ${error.message}`);
    process.exit(1);
  }
}

once(stampFile, stampOf(manifests()), "installing the dependencies, once (about half a minute)", install);
if (major < 24 && !existsSync(pinned)) {
  say(
    `no prebuilt Node 24 fits this machine (${process.platform} ${process.arch}), and this is ${process.version}: install Node 24 or newer and try again.`,
  );
  process.exit(1);
}
once(pageStampFile, stampOf(pageSources()), "building the dashboard", buildPage);
