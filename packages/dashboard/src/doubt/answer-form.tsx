import type { DoubtView } from "@labloop/contracts";
import { useRef, useState } from "preact/hooks";
import { RequestList } from "../control/request-list.tsx";
import { usePage } from "../page/page.tsx";
import { type AnswerDraft, type AnswerFaults, answers, emptyDraft, requestOf } from "./answer.ts";
import { ResultFields } from "./result-fields.tsx";
import { SignFields, TextField } from "./sign-fields.tsx";

const noFaults: AnswerFaults = { fields: [], result: [] };

/** The five answers with what each leads to, and who gives it. Nothing is chosen beforehand. */
export function AnswerForm({ doubt, label }: { doubt: DoubtView; label: string }) {
  const page = usePage();
  const { say } = page.format.value;
  const { commandId, retryClass, result } = doubt;
  const [draft, setDraft] = useState<AnswerDraft>(emptyDraft);
  const [faults, setFaults] = useState<AnswerFaults>(noFaults);
  const form = useRef<HTMLFormElement>(null);
  const change = (next: Partial<AnswerDraft>) => setDraft((before) => ({ ...before, ...next }));
  const id = `answer-${commandId.replace(".", "-")}`;
  const submit = (event: Event) => {
    event.preventDefault();
    const request = requestOf(draft, doubt);
    setFaults(request.ok ? noFaults : request.faults);
    if (request.ok) page.ask(request.control, { fields: request.fields, subject: { id: commandId, label } });
    // Once the faults are on the page, the first field that has one is where the person goes on.
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const isChoiceMissing = faults.fields.includes("answer");
  return (
    <form ref={form} class="desk-form" noValidate onSubmit={submit} aria-label={say.doubt.answerTo(label)}>
      <fieldset class="desk-answers" aria-describedby={`${id}-choice-fault`}>
        <legend>{say.doubt.question}</legend>
        {answers.map((answer, index) => (
          <div class="desk-answer" key={answer}>
            <input
              type="radio"
              name={id}
              id={`${id}-${answer}`}
              checked={draft.answer === answer}
              aria-invalid={isChoiceMissing && index === 0}
              aria-describedby={`${id}-${answer}-does`}
              onChange={() => change({ answer })}
            />
            <label for={`${id}-${answer}`}>{say.doubt.answer[answer].name}</label>
            <p id={`${id}-${answer}-does`} class="quiet">
              {say.doubt.answer[answer].does}
            </p>
          </div>
        ))}
        <p id={`${id}-choice-fault`} class="desk-fault">
          {isChoiceMissing ? say.doubt.chooseOne : null}
        </p>
      </fieldset>
      {draft.answer === "notHappened" && (
        <p class="desk-hazard" role="note">
          {say.doubt.hazard[retryClass](doubt.op, doubt.device)}
        </p>
      )}
      {draft.answer === "happened" && (
        <>
          <div class="desk-answer">
            <input
              type="checkbox"
              id={`${id}-part`}
              checked={draft.isPart}
              aria-describedby={`${id}-part-does`}
              onChange={({ currentTarget }) => change({ isPart: currentTarget.checked })}
            />
            <label for={`${id}-part`}>{say.doubt.inPart}</label>
            <p id={`${id}-part-does`} class="quiet">
              {say.doubt.inPartDoes}
            </p>
          </div>
          <ResultFields
            id={`${id}-result`}
            commandId={commandId}
            specs={result}
            entered={draft.entered}
            faults={faults.result}
            onChange={(name, value) =>
              setDraft((before) => ({ ...before, entered: { ...before.entered, [name]: value } }))
            }
          />
        </>
      )}
      <SignFields id={id} name={draft.name} reason={draft.reason} faults={faults.fields} onChange={change} />
      {draft.answer !== "ask" && (
        <TextField
          id={`${id}-second`}
          label={say.doubt.sign.second}
          hint={say.doubt.sign.secondHint}
          fault={faults.fields.includes("second") ? say.doubt.sign.sameSecond : null}
          value={draft.second}
          onChange={(second) => change({ second })}
        />
      )}
      <button type="submit" class="control-button desk-submit">
        {draft.answer === "ask" ? say.doubt.submitAsk : say.doubt.submit}
      </button>
      <RequestList of={({ subject }) => subject?.id === commandId} />
    </form>
  );
}
