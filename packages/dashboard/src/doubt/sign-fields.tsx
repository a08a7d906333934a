import type { ComponentChildren } from "preact";
import { usePage } from "../page/page.tsx";

/** A labelled line of text, with what it is for and what is wrong with it. */
export function TextField(props: {
  id: string;
  label: string;
  hint?: string;
  fault: string | null;
  value: string;
  isRequired?: boolean;
  onChange: (value: string) => void;
}) {
  const { id, label, hint, fault, value, isRequired = false, onChange } = props;
  return (
    <Field id={id} label={label} {...(hint === undefined ? {} : { hint })} fault={fault}>
      <input
        id={id}
        type="text"
        value={value}
        maxLength={200}
        autoComplete="off"
        aria-required={isRequired}
        aria-invalid={fault !== null}
        aria-describedby={`${id}-hint ${id}-fault`}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </Field>
  );
}

/** A field with its label above and its hint and fault below. */
export function Field(props: {
  id: string;
  label: string;
  hint?: string;
  fault: string | null;
  children: ComponentChildren;
}) {
  const { id, label, hint = "", fault, children } = props;
  return (
    <div class="desk-field">
      <label for={id}>{label}</label>
      {children}
      <span id={`${id}-hint`} class="quiet">
        {hint}
      </span>
      <span id={`${id}-fault`} class="desk-fault">
        {fault}
      </span>
    </div>
  );
}

/** Who answers, and why: both stand in the journal for good. */
export function SignFields(props: {
  id: string;
  name: string;
  reason: string;
  faults: readonly string[];
  onChange: (signed: { name?: string; reason?: string }) => void;
}) {
  const { say } = usePage().format.value;
  const { id, name, reason, faults, onChange } = props;
  const { sign } = say.doubt;
  return (
    <>
      <TextField
        id={`${id}-name`}
        label={sign.name}
        fault={faults.includes("name") ? sign.missingName : null}
        value={name}
        isRequired
        onChange={(value) => onChange({ name: value })}
      />
      <TextField
        id={`${id}-reason`}
        label={sign.reason}
        hint={sign.reasonHint}
        fault={faults.includes("reason") ? sign.missingReason : null}
        value={reason}
        isRequired
        onChange={(value) => onChange({ reason: value })}
      />
    </>
  );
}
