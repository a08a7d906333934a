import type { DoubtView } from "@labloop/contracts";
import type { DeskControl } from "../control/requests.ts";
import { type Entered, readResult, type ResultFault } from "./read-result.ts";

/** The five answers to a command in doubt, in the order in which they are offered. */
export const answers = ["happened", "notHappened", "ask", "skip", "stopRun"] as const;
type Answer = (typeof answers)[number];

/** An answer as far as a person has filled it in. Nothing is chosen beforehand. */
export interface AnswerDraft {
  readonly answer: Answer | null;
  /** Whether it happened only in part. */
  readonly isPart: boolean;
  /** The result's values as entered, by name. */
  readonly entered: Entered;
  readonly name: string;
  /** A second person who has looked as well; empty for none. */
  readonly second: string;
  readonly reason: string;
}

/** Every draft begins like this, whatever the command may do. */
export const emptyDraft: AnswerDraft = { answer: null, isPart: false, entered: {}, name: "", second: "", reason: "" };

/** What is still missing or wrong in what was filled in. */
export interface AnswerFaults {
  readonly fields: readonly ("answer" | "name" | "reason" | "second")[];
  readonly result: readonly ResultFault[];
}

/** Returns what a filled-in answer asks of the server, or everything that is still missing or wrong. */
export function requestOf(
  draft: AnswerDraft,
  { commandId, result: specs }: Pick<DoubtView, "commandId" | "result">,
):
  | { readonly ok: true; readonly control: DeskControl; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly faults: AnswerFaults } {
  const { answer, isPart } = draft;
  const [name, second, reason] = [draft.name.trim(), draft.second.trim(), draft.reason.trim()];
  // Of what was done in part, nobody may know the values.
  const isBlank = Object.values(draft.entered).every((each) => typeof each === "string" && each.trim() === "");
  const read = answer !== "happened" || (isPart && isBlank) ? null : readResult(specs, draft.entered);
  const faults: AnswerFaults = {
    fields: [
      ...(answer === null ? (["answer"] as const) : []),
      ...(name === "" ? (["name"] as const) : []),
      ...(reason === "" ? (["reason"] as const) : []),
      ...(second !== "" && second === name ? (["second"] as const) : []),
    ],
    result: read === null || read.ok ? [] : read.faults,
  };
  if (answer === null || faults.fields.length > 0 || faults.result.length > 0) return { ok: false, faults };
  if (answer === "ask") return { ok: true, control: "probe", fields: { commandId, name, reason } };
  const signed = { commandId, name, reason, ...(second === "" ? {} : { confirmedBy: second }) };
  switch (answer) {
    case "happened": {
      const result = read?.ok === true ? { result: read.values } : {};
      return { ok: true, control: "resolve", fields: { ...signed, as: isPart ? "partial" : "executed", ...result } };
    }
    case "notHappened":
      return { ok: true, control: "resolve", fields: { ...signed, as: "not-executed" } };
    case "skip":
      return { ok: true, control: "resolve", fields: { ...signed, as: "discarded" } };
    case "stopRun":
      return { ok: true, control: "resolve", fields: { ...signed, as: "discarded", stopsRun: true } };
  }
}
