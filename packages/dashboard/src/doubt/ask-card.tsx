import type { AskView } from "@labloop/contracts";
import { useRef, useState } from "preact/hooks";
import { RequestList } from "../control/request-list.tsx";
import { readStored, store, usePage } from "../page/page.tsx";
import type { Entered } from "./read-result.ts";
import { ResultFields } from "./result-fields.tsx";
import { TextField } from "./sign-fields.tsx";
import { outcomes, type StepDraft, stepAnswerOf, type StepFaults } from "./step-answer.ts";
import { valueText } from "./value-text.ts";

const noFaults: StepFaults = { fields: [], result: [], executed: [] };

/** Whoever works at the bench enters their name once. */
const nameKey = "labloop.person";

/** One step that a person was asked to do: what to do, with what, and a form for how it went. */
export function AskCard({ ask, isOnly }: { ask: AskView; isOnly: boolean }) {
  const { format, language } = usePage();
  const { say, count } = format.value;
  // Read once: what a person has opened or closed stays so, whatever comes in besides.
  const [isOpenAtFirst] = useState(isOnly);
  const { commandId, run, runId, step, device, title, asks, params } = ask;
  const { instructions } = asks;
  return (
    <details class="desk-card ask-card" open={isOpenAtFirst} data-command={commandId}>
      <summary>
        <strong>{title}</strong> <span class="quiet">{say.doubt.label(say.run(count(run)), step, device)}</span>
      </summary>
      <p class="ask-instructions">{(language.value === "ja" ? instructions.ja : undefined) ?? instructions.en}</p>
      {Object.keys(params).length > 0 && (
        <dl class="ask-params">
          {Object.entries(params).map(([name, value]) => (
            <div key={name}>
              <dt>{labelIn(ask, language.value)(name)}</dt>
              <dd>{valueText(value, format.value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <p>
        <a href={`#/runs/${runId}`}>{say.run(count(run))}</a>
      </p>
      <StepForm ask={ask} />
    </details>
  );
}

function labelIn({ asks }: AskView, language: string): (name: string) => string {
  return (name) => {
    const label = asks.fields[name]?.label;
    return (language === "ja" ? label?.ja : undefined) ?? label?.en ?? name;
  };
}

function StepForm({ ask }: { ask: AskView }) {
  const page = usePage();
  const { say, count } = page.format.value;
  const { commandId, params, paramSpecs, result, run, step, device } = ask;
  const [draft, setDraft] = useState<StepDraft>(() => ({
    outcome: "done",
    entered: {},
    executed: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, enteredText(value)])),
    name: readStored(nameKey) ?? "",
    reason: "",
  }));
  const [faults, setFaults] = useState<StepFaults>(noFaults);
  const form = useRef<HTMLFormElement>(null);
  const change = (next: Partial<StepDraft>) => setDraft((before) => ({ ...before, ...next }));
  // A photo arrives while other fields are being filled in.
  const enter = (part: "entered" | "executed", name: string, value: Entered[string]) =>
    setDraft((before) => ({ ...before, [part]: { ...before[part], [name]: value } }));
  const labelOf = labelIn(ask, page.language.value);
  const label = say.doubt.label(say.run(count(run)), step, device);
  const id = `step-${commandId.replace(".", "-")}`;
  const submit = (event: Event) => {
    event.preventDefault();
    const read = stepAnswerOf(draft, ask);
    setFaults(read.ok ? noFaults : read.faults);
    if (!read.ok) {
      // Once the faults are on the page, the first field that has one is where the person goes on.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const name = draft.name.trim();
    store(nameKey, name);
    page.ask("answer", { fields: { commandId, answer: read.answer, name }, subject: { id: commandId, label } });
  };
  const isDone = draft.outcome === "done" || draft.outcome === "differently";
  const offered = outcomes.filter((each) => each !== "differently" || Object.keys(paramSpecs).length > 0);
  return (
    <form ref={form} class="desk-form ask-form" noValidate onSubmit={submit} aria-label={say.ask.answerTo(label)}>
      <fieldset class="desk-answers ask-outcomes">
        <legend>{say.ask.question}</legend>
        {offered.map((outcome) => (
          <label class="ask-outcome" key={outcome}>
            <input type="radio" name={id} checked={draft.outcome === outcome} onChange={() => change({ outcome })} />
            {say.ask.outcome[outcome]}
          </label>
        ))}
      </fieldset>
      {draft.outcome === "differently" && (
        <ResultFields
          id={`${id}-executed`}
          commandId={commandId}
          specs={paramSpecs}
          entered={draft.executed}
          faults={faults.executed}
          title={say.ask.executed}
          labelOf={labelOf}
          onChange={(name, value) => enter("executed", name, value)}
        />
      )}
      {isDone && Object.keys(result).length > 0 && (
        <ResultFields
          id={`${id}-result`}
          commandId={commandId}
          specs={result}
          entered={draft.entered}
          faults={faults.result}
          title={say.ask.result}
          labelOf={labelOf}
          onChange={(name, value) => enter("entered", name, value)}
        />
      )}
      {!isDone && (
        <TextField
          id={`${id}-reason`}
          label={say.ask.reason}
          fault={faults.fields.includes("reason") ? say.doubt.sign.missingReason : null}
          value={draft.reason}
          isRequired
          onChange={(reason) => change({ reason })}
        />
      )}
      <TextField
        id={`${id}-name`}
        label={say.doubt.sign.name}
        fault={faults.fields.includes("name") ? say.doubt.sign.missingName : null}
        value={draft.name}
        isRequired
        onChange={(name) => change({ name })}
      />
      <button type="submit" class="control-button desk-submit">
        {say.ask.submit[draft.outcome]}
      </button>
      <RequestList of={({ subject }) => subject?.id === commandId} />
    </form>
  );
}

function enteredText(value: AskView["params"][string]): string {
  if (typeof value !== "object") return String(value);
  if ("sha256" in value) return value.sha256;
  return "values" in value ? value.values.join(" ") : String(value.value);
}
