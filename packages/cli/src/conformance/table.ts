import { type Group, groupIds, groups, type Level, type SuiteResult } from "@labloop/driver/conformance";
import { wrapText } from "../propose/wrap-text.ts";

const width = 80;
const levels: readonly Level[] = ["bronze", "silver", "gold"];

/** Returns the result for a terminal of 80 columns; `again` is the command line that this run was started with. */
export function conformanceLines(result: SuiteResult, again: string): string[] {
  const { kind, driverVersion, setting, seed, results, standing, tookMs } = result;
  const lines = [`${kind} ${driverVersion}, ${setting}, seed ${seed}`, ""];
  for (const group of groupIds) {
    const own = results.filter((one) => one.group === group);
    if (own.length === 0) continue;
    const count = (verdict: string) => own.filter((one) => one.verdict === verdict).length;
    const judged = count("passed") + count("failed");
    const notes = [
      ...(count("failed") === 0 ? [] : [`${count("failed")} failed`]),
      ...(count("not-applicable") === 0 ? [] : [`${count("not-applicable")} n/a`]),
      ...(count("not-run") === 0 ? [] : [`${count("not-run")} not run`]),
    ];
    const seconds = (own.reduce((sum, one) => sum + one.tookMs, 0) / 1_000).toFixed(1);
    const head = `  ${group.padEnd(4)}${groups[group].padEnd(28)}${`${count("passed")}/${judged}`.padStart(6)}`;
    lines.push(`${head}${`${seconds} s`.padStart(9)}  ${notes.join(", ")}`.trimEnd());
    for (const one of own) {
      if (one.verdict === "failed") {
        lines.push(...wrapText(one.promise, `      x ${one.id} `, width));
        lines.push(...wrapText(one.detail ?? "", "          ", width));
        lines.push(...wrapText(one.fix ?? "", "          fix: ", width));
        lines.push(`          again: ${again} --only ${one.id} --seed ${one.seed}`);
      } else if (one.verdict === "not-run") {
        lines.push(...wrapText(one.detail ?? "", `      - ${one.id} not run: `, width));
      }
    }
  }
  const next = standing.next === null ? "" : `; ${standing.next.level} needs ${needed(standing.next.needs)}`;
  lines.push("", ...wrapText(`level: ${standing.level}${next}. ${(tookMs / 1_000).toFixed(1)} s`, "", width));
  return lines;
}

/** Returns whether a level is at least another. */
export function isAtLeast(level: Level, wanted: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(wanted);
}

function needed(needs: readonly Group[]): string {
  return needs.join(", ");
}
