import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, delimiter, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "@labloop/contracts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { pythonProgram } from "../python-program.ts";
import { labNameOf } from "../init/lab-answers.ts";
import { writeNew } from "../init/write-lab.ts";
import { print, printJson, say } from "../say.ts";
import { shellWord } from "../shell-word.ts";
import { pythonDriver } from "../scaffold/python-driver.ts";
import { typescriptDriver } from "../scaffold/typescript-driver.ts";
import { yamlDriver } from "../scaffold/yaml-driver.ts";
import { conformance } from "./conformance.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url)).replace(/[\\/]$/, "");
const lending = new URL("../../bin/lend-modules.mjs", import.meta.url).href;
const watching = new URL("../conformance/watch-tests.ts", import.meta.url).href;
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const kit = join(root, "devices", "python", "src");

export interface NewDriverFlags {
  readonly python?: boolean;
  readonly yaml?: boolean;
  readonly json?: boolean;
}

/**
 * `labloop driver new FOLDER`: writes a first driver that works, the plant that it is tested against, and its test; one that
 * is declared needs none, since `driver test` holds it against the contract.
 */
export async function newDriver(folder: string, flags: NewDriverFlags): Promise<ExitCode> {
  const name = basename(resolve(folder));
  const modules = modulesFrom(resolve(folder)).replaceAll("\\", "/");
  const kind = flags.python === true ? "python" : flags.yaml === true ? "yaml" : "typescript";
  const texts = await { python: pythonDriver, yaml: yamlDriver, typescript: typescriptDriver }[kind](name, modules);
  writeNew(folder, texts);
  const files = Object.keys(texts);
  if (flags.json === true) {
    printJson({ v: 1, ok: true, folder: resolve(folder), files });
    return exitCode.done;
  }
  print(`${folder}: ${files.join(", ")}`);
  print(`Test it:   npm run -s labloop -- driver test ${shellWord(folder)}`);
  for (const line of kind === "python" ? afterPython(folder, name) : afterNode(folder, name, files[0] ?? ""))
    print(line);
  return exitCode.done;
}

/** How a folder names this installation: from inside it by the way up, which holds for whoever has cloned or moved both. */
function modulesFrom(folder: string): string {
  const way = relative(folder, root);
  return /^\.\.([\\/]\.\.)*$/.test(way) ? way : root;
}

function afterNode(folder: string, name: string, driver: string): string[] {
  const inFolder = (file: string) => shellWord(`${folder}/${file}`);
  return [
    `Its badge: npm run -s labloop -- conformance ${inFolder(driver)} --plant ${inFolder("plant.ts")}`,
    `Then write your instrument's words into ${driver} and plant.ts, and into lab.yaml:`,
    `  ${labNameOf(name)}:`,
    `    module: ${inYaml(`./${name}/${driver}`)}        # seen from lab.yaml`,
    '    transport: { tcp: "192.168.0.40:4001" }',
  ];
}

function afterPython(folder: string, name: string): string[] {
  const inFolder = (file: string) => shellWord(`${folder}/${file}`);
  return [
    "Then write your instrument's words into driver.py and plant.py. The driver runs in a process of its own:",
    "  python -m pip install ./devices/python",
    `  python -m labloop_driver ${inFolder("driver.py")} --announce ${inFolder("driver.caps.json")}`,
    "and lab.yaml names what it announces:",
    `  ${labNameOf(name)}:`,
    `    module: ${inYaml(`./${name}/driver.caps.json`)}        # seen from lab.yaml`,
  ];
}

function inYaml(path: string): string {
  return /^[\p{L}\p{N}_./-]+$/u.test(path) ? path : JSON.stringify(path);
}

/**
 * `labloop driver test FOLDER`: compiles a driver in TypeScript where a tsconfig.json lies beside it, since Node runs it without looking
 * at its types, and runs the tests that lie beside a driver, with what this installation brings. Tests in Python
 * are run by the interpreter that LABLOOP_PYTHON names, which has to have pydantic and aiomqtt. A declared driver has no
 * test of its own: it is held against the contract on the plant beside it, and has to earn silver.
 */
export async function testDriver(folder: string): Promise<ExitCode> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const tests = names.filter((name) => /\.test\.[cm]?[jt]s$/.test(name)).map((name) => join(folder, name));
  const isPython = names.some((name) => /^test_.*\.py$/.test(name));
  const declared = names.filter((name) => isDeclaration(join(folder, name))).map((name) => join(folder, name));
  if (tests.length === 0 && !isPython && declared.length === 0) {
    throw new LabError(
      "usage.noTests",
      `${folder} has no test: no file named *.test.ts or test_*.py, and no declaration`,
      {
        hint: "`labloop driver new FOLDER` writes one",
      },
    );
  }
  const isTyped = names.includes("tsconfig.json") && existsSync(compiler);
  const runs = [
    ...(isTyped ? [() => runCompiler(folder)] : []),
    ...(tests.length === 0 ? [] : [() => runNode(tests)]),
    ...(isPython ? [() => runPython(folder)] : []),
  ];
  const codes: ExitCode[] = runs.map((run) => (run() ? exitCode.done : exitCode.failed));
  for (const path of declared) codes.push(await holdAgainstContract(path, folder, names));
  return codes.find((code) => code !== exitCode.done) ?? exitCode.done;
}

/** All but the trace and the soak, which gold asks for. */
const silverNeeds = "C1,C2,C3,C4,C5,C6,C7";

/** A declaration is told from other YAML by the key that names its family. */
function isDeclaration(path: string): boolean {
  return /\.ya?ml$/.test(path) && /^driver:/m.test(readFileSync(path, "utf8"));
}

function holdAgainstContract(path: string, folder: string, names: readonly string[]): Promise<ExitCode> {
  const plant = names.find((name) => /^plant\.[cm]?[jt]s$/.test(name));
  if (plant === undefined) {
    throw new LabError("usage.noPlant", `${path} is declared, and no plant.ts beside it plays the instrument`, {
      hint: "`labloop driver new FOLDER --yaml` writes one",
    });
  }
  return conformance(path, { plant: join(folder, plant), seed: "1", only: silverNeeds, require: "silver" });
}

/** Type errors are told by the compiler itself, each with file, line and column. */
function runCompiler(folder: string): boolean {
  return spawnSync(process.execPath, [compiler, "-p", folder], { stdio: "inherit" }).status === 0;
}

function runNode(tests: readonly string[]): boolean {
  return (
    spawnSync(process.execPath, ["--import", lending, "--import", watching, "--test", ...tests], { stdio: "inherit" })
      .status === 0
  );
}

/** How tests in Python end that were all run: codes by which nothing else ends a process. */
const [passed, failed] = [83, 84];
const runTests = `import sys, unittest
sys.path.insert(0, "")
ran = unittest.main(module=None, argv=["test", "discover", "-s", "."], exit=False).result
sys.exit(${passed} if ran.wasSuccessful() and ran.testsRun > 0 else ${failed})
`;

function runPython(folder: string): boolean {
  const program = pythonProgram();
  const path = [kit, process.env["PYTHONPATH"]].filter((part) => part !== undefined && part !== "").join(delimiter);
  const asked = spawnSync(program, ["-c", "import aiomqtt, pydantic"], { encoding: "utf8" });
  if (asked.error === undefined && asked.status !== 0) {
    const why = asked.stderr.trim().split("\n").at(-1) ?? "";
    throw new LabError("driver.noPython", `${program} lacks what drivers in Python need: ${why}`, {
      hint: "python3 -m venv .venv, then .venv/bin/python -m pip install ./devices/python and LABLOOP_PYTHON=$PWD/.venv/bin/python",
    });
  }
  const { error, status, signal } = spawnSync(program, ["-c", runTests], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: path },
    stdio: "inherit",
  });
  if (error === undefined) {
    if (status === passed || status === failed) return status === passed;
    const how = signal === null ? `with code ${status}` : `by ${signal}`;
    say(`labloop: the driver or its plant has ended the process that tests it, ${how} [driver.ended]`);
    say("    a driver leaves os._exit and sys.exit alone: raise, and the kit looks for evidence");
    return false;
  }
  throw new LabError("driver.noPython", `${program} cannot be run: ${error.message}`, {
    hint: "name a Python 3.11 or newer by LABLOOP_PYTHON",
  });
}
