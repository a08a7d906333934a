import { basename, dirname, join, resolve } from "node:path";
import type { Fault, Outcome } from "@labloop/contracts";
import { idleLimits, oddNotices, type SourceText } from "@labloop/protocol";
import { loadPool } from "../bench/load-pool.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { campaignReferences } from "../lab/campaign-references.ts";
import { loadCampaign } from "../lab/load-campaign.ts";
import { outdatedSchema } from "../lab/declaration-schema.ts";
import { importFrom, loadDriver, loadFamily } from "../lab/load-driver.ts";
import { describeParts, eachOnce, type LoadedLab, loadLab } from "../lab/load-lab.ts";
import { loadProtocol } from "../lab/load-protocol.ts";
import { isWorldModule } from "../lab/open-world.ts";
import { readSource } from "../lab/read-source.ts";
import { type FileKind, recogniseFile } from "../lab/recognise-file.ts";
import { worldFaults } from "../lab/world-faults.ts";
import { loadStudy } from "../propose/load-study.ts";
import { faultText, print, printJson, say } from "../say.ts";

/**
 * `labloop check FILE…`: checks campaigns, protocols, labs, pools, studies, declarations of devices, drivers and worlds, and
 * reports every fault at once.
 */
export async function check(files: readonly string[], flags: { json?: boolean; lab?: string }): Promise<ExitCode> {
  const sources = files.map((file) => ({ file, source: readSource(file) }));
  const kinds = sources.map(({ source }) => (source.ok ? recogniseFile(source.value) : source));
  // A protocol alone says nothing of its lab; one that is checked along with it is the one that is meant.
  const lab = flags.lab ?? files[kinds.findIndex((kind) => isKind(kind, "lab"))];
  const found: Fault[] = [];
  const remarks: Fault[] = [];
  for (const [index, { file, source }] of sources.entries()) {
    const kind = kinds[index];
    if (kind?.ok === false) found.push(...kind.faults);
    if (!source.ok || kind?.ok !== true) continue;
    const checked = await checkAs(kind.value, file, source.value, { ...flags, beside: lab });
    if (!checked.ok) found.push(...checked.faults);
    else if (checked.value !== null) {
      const { source: lab } = checked.value;
      remarks.push(...idleLimits(lab, describeParts(checked.value)), ...oddNotices(lab));
    }
  }
  // A campaign's check reaches into its protocol and its lab, which may have been named as well.
  const faults = eachOnce(found);
  const ok = faults.length === 0;
  const outdated = await outdatedIn(files.filter((_, index) => isKind(kinds[index], "declaration")));
  if (flags.json === true)
    printJson({
      v: 1,
      ok,
      faults,
      ...(remarks.length === 0 ? {} : { remarks: eachOnce(remarks) }),
      ...(outdated.length === 0 ? {} : { outdated }),
    });
  else if (ok) print(`${shortest(files).join(", ")}: no faults`);
  else {
    for (const fault of faults) say(faultText(fault));
    say(`${faults.length} ${faults.length === 1 ? "fault" : "faults"}`);
  }
  if (flags.json !== true) {
    for (const remark of eachOnce(remarks)) say(faultText(remark));
    for (const { file, schema } of outdated) {
      say(`${file}: its editor schema ${schema} is missing, or of another version of its driver; write it anew with`);
      say(`    labloop schema ${file} --format editor --out ${join(dirname(file), dirname(schema))}`);
    }
  }
  return ok ? exitCode.done : exitCode.checkFaults;
}

/** Names without their folders, where those tell no two of them apart. */
function shortest(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file));
  return new Set(names).size === new Set(files).size ? names : [...files];
}

function isKind(found: Outcome<FileKind> | undefined, kind: FileKind): boolean {
  return found?.ok === true && found.value === kind;
}

/** Declarations whose editor schema is not that of their family now: editors would complete what is not known any more. */
async function outdatedIn(declarations: readonly string[]): Promise<{ file: string; schema: string }[]> {
  const outdated: { file: string; schema: string }[] = [];
  for (const file of declarations) {
    const named = await loadFamily(file);
    const schema = named.ok ? outdatedSchema(file, named.value) : null;
    if (schema !== null) outdated.push({ file, schema });
  }
  return outdated;
}

/** Of what names no lab nothing but its faults is told. */
function onlyFaults(checked: Outcome<unknown>): Outcome<null> {
  return checked.ok ? { ok: true, value: null } : checked;
}

/** Returns the lab of a file that has no faults, where it is one, or names one. */
async function checkAs(
  kind: FileKind,
  file: string,
  source: SourceText,
  { lab, beside }: { readonly lab?: string; readonly beside: string | undefined },
): Promise<Outcome<LoadedLab | null>> {
  switch (kind) {
    case "lab":
      return withWorld(await loadLab(file), file);
    case "pool":
      return onlyFaults(loadPool(file));
    case "campaign": {
      const named = campaignReferences(source.text)?.lab;
      const labPath = lab ?? (named === undefined ? undefined : resolve(dirname(file), named));
      const campaign = await loadCampaign(file, lab);
      return withWorld(campaign.ok ? { ok: true, value: campaign.value.lab } : campaign, labPath);
    }
    case "study":
      return checkStudy(file, source);
    case "module":
      return checkModule(file);
    case "declaration":
    case "announced":
      return onlyFaults(await loadDriver(file, `./${basename(file)}`));
    case "protocol": {
      if (beside !== undefined) return onlyFaults(await loadProtocol(file, beside));
      const hint = "add --lab FILE, or check the campaign that names the protocol";
      const message = "a protocol is checked against what a lab can do, and no lab was named";
      return { ok: false, faults: [{ code: "check.noLab", message, file, line: 1, column: 1, hint }] };
    }
  }
}

/** Adds what is wrong with a lab's world: a run would be refused for it. */
async function withWorld(checked: Outcome<LoadedLab>, labPath: string | undefined): Promise<Outcome<LoadedLab>> {
  const ofWorld = labPath === undefined ? [] : await worldFaults(labPath);
  if (ofWorld.length === 0) return checked;
  return { ok: false, faults: [...(checked.ok ? [] : checked.faults), ...ofWorld] };
}

/** A study is judged with the tables that it names, as `propose` does. */
function checkStudy(file: string, source: SourceText): Outcome<null> {
  const { faults } = loadStudy(file, source);
  return faults.length > 0 ? { ok: false, faults: [...faults] } : { ok: true, value: null };
}

/** A world is told from a driver by what it exports. */
async function checkModule(file: string): Promise<Outcome<null>> {
  const path = `./${basename(file)}`;
  const loaded = file.endsWith(".py") ? null : await importFrom(file, path);
  if (loaded !== null && "exports" in loaded && isWorldModule(loaded.exports["default"])) {
    return { ok: true, value: null };
  }
  const driver = await loadDriver(file, path);
  return driver.ok ? onlyFaults(driver) : { ok: false, faults: driver.faults.map((fault) => ({ file, ...fault })) };
}
