import { wrapText } from "../propose/wrap-text.ts";
import type { Finding } from "./finding.ts";

const width = 80;
const marks = { fine: "✓", warning: "!", fault: "✗" } as const;

/** Returns findings as a table of at most 80 columns: mark, what was looked at, what was found, and below it what mends it. */
export function findingLines(findings: readonly Finding[]): string[] {
  const column = Math.min(20, Math.max(0, ...findings.map(({ about }) => about.length)));
  return findings.flatMap(({ about, level, what, mend }) => {
    const head = `${marks[level]} ${about.padEnd(column)}  `;
    const indent = " ".repeat(column + 4);
    return [...wrapText(what, head, width), ...(mend === undefined ? [] : wrapText(mend, `${indent}> `, width))];
  });
}
