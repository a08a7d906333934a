import type { AskView } from "@labloop/contracts";
import { withoutPhotos } from "./read-photos.ts";
import { wrapText } from "../propose/wrap-text.ts";
import { valueText } from "./doubt-lines.ts";
import { specText } from "./read-result.ts";
import { valueWords } from "./value-words.ts";

/** Returns what a person was asked to do, and what to type about how it went. */
export function askLines(ask: AskView, data: string): string[] {
  const { commandId, run, step, device, title, asks, params, paramSpecs, result, sampleId, since } = ask;
  const entry = (name: string, text: string) => `  ${name.padEnd(16)}${text}`;
  const called = (name: string) => asks.fields[name]?.label?.en ?? name;
  const results = Object.keys(withoutPhotos(result));
  const words = results.length === 0 ? "" : ` --result ${valueWords(withoutPhotos(result))}`;
  const photos = Object.keys(result).filter((name) => !results.includes(name));
  const pictures = photos.map((name) => ` --photo ${photos.length === 1 ? "" : `${name}=`}FILE`).join("");
  const answer = `labloop person answer ${commandId} ${data} --by NAME`;
  return [
    `run ${run}, ${step} on ${device}: ${title}`,
    ...wrapText(asks.instructions.en, "  ", 80),
    "",
    ...Object.entries(params).map(([name, value]) => entry(called(name), valueText(value))),
    entry("sample", sampleId),
    entry("asked at", new Date(since).toISOString()),
    "",
    `  done as asked        ${answer}${words}${pictures}`,
    ...Object.entries(result).map(([name, spec]) => `                       ${name}: ${specText(spec)}`),
    ...(Object.keys(paramSpecs).length === 0
      ? []
      : ["  done differently     the same with --executed", `                       ${valueWords(paramSpecs)}`]),
    `  not done             ${answer} --not-done --reason TEXT`,
    `  cannot be done       ${answer} --impossible --reason TEXT`,
  ];
}
