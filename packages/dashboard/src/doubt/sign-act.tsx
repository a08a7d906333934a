import { RequestList } from "../control/request-list.tsx";
import type { DeskControl, Subject } from "../control/requests.ts";
import { usePage } from "../page/page.tsx";
import { SignFields } from "./sign-fields.tsx";
import { useSignature } from "./use-signature.ts";

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
  const signature = useSignature();
  const id = `${control}-${subject.id}`;
  const submit = (event: Event) => {
    event.preventDefault();
    const signed = signature.read();
    if (signed !== null) page.ask(control, { fields: { ...fields, ...signed }, subject });
  };
  return (
    <form
      ref={signature.form}
      class="desk-form"
      noValidate
      onSubmit={submit}
      aria-label={`${button}: ${subject.label}`}
    >
      <p>{does}</p>
      <SignFields id={id} {...signature} onChange={signature.change} />
      <button type="submit" class="control-button desk-submit">
        {button}
      </button>
      <RequestList of={(request) => request.control === control && request.subject?.id === subject.id} />
    </form>
  );
}
