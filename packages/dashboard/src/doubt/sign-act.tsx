import { useRef, useState } from "preact/hooks";
import { RequestList } from "../control/request-list.tsx";
import type { DeskControl, Subject } from "../control/requests.ts";
import { usePage } from "../page/page.tsx";
import { SignFields } from "./sign-fields.tsx";

/** One thing that a person allows with name and reason, and what became of it. */
export function SignAct(props: {
  control: DeskControl;
  subject: Subject;
  fields: Readonly<Record<string, unknown>>;
  does: string;
  button: string;
}) {
  const { control, subject, fields, does, button } = props;
  const page = usePage();
  const [signed, setSigned] = useState({ name: "", reason: "" });
  const [faults, setFaults] = useState<readonly ("name" | "reason")[]>([]);
  const form = useRef<HTMLFormElement>(null);
  const id = `${control}-${subject.id}`;
  const submit = (event: Event) => {
    event.preventDefault();
    const [name, reason] = [signed.name.trim(), signed.reason.trim()];
    const missing = (["name", "reason"] as const).filter((key) => signed[key].trim() === "");
    setFaults(missing);
    if (missing.length === 0) page.ask(control, { fields: { ...fields, name, reason }, subject });
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <form ref={form} class="desk-form" noValidate onSubmit={submit} aria-label={`${button}: ${subject.label}`}>
      <p>{does}</p>
      <SignFields
        id={id}
        name={signed.name}
        reason={signed.reason}
        faults={faults}
        onChange={(next) => setSigned((before) => ({ ...before, ...next }))}
      />
      <button type="submit" class="control-button desk-submit">
        {button}
      </button>
      <RequestList of={(request) => request.control === control && request.subject?.id === subject.id} />
    </form>
  );
}
