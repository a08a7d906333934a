import type { ValueSpec, ValueSpecs } from "@labloop/contracts";
import { photoLimit } from "@labloop/contracts/photo";
import { usePage } from "../page/page.tsx";
import { PhotoField } from "./photo-field.tsx";
import type { Entered, ResultFault } from "./read-result.ts";
import { Field } from "./sign-fields.tsx";
import { specText } from "./value-text.ts";

/** The fields of a result that is entered by hand, one for each value that the operation returns. */
export function ResultFields(props: {
  id: string;
  /** The step whose result it is: photos are sent to it. */
  commandId: string;
  specs: ValueSpecs;
  entered: Entered;
  faults: readonly ResultFault[];
  /** How the group is called; by default as the result. */
  title?: string;
  /** How single values are called; by default by their names. */
  labelOf?: (name: string) => string;
  onChange: (name: string, value: Entered[string]) => void;
}) {
  const { id, commandId, specs, entered, faults, title, labelOf = (name: string) => name, onChange } = props;
  const { format } = usePage();
  const { say } = format.value;
  const named = Object.entries(specs);
  if (named.length === 0) return <p class="quiet">{say.doubt.result.none}</p>;
  return (
    <fieldset class="desk-result">
      <legend>{title ?? say.doubt.result.title}</legend>
      {named.map(([name, spec]) => {
        const fault = faults.find((each) => each.name === name);
        const hint = [spec.description, specText(spec, format.value)]
          .filter((piece) => (piece ?? "") !== "")
          .join("; ");
        const said = fault === undefined ? null : say.doubt.result.fault[fault.why];
        const words = typeof said === "function" ? said(fault?.limit ?? "") : said;
        const given = entered[name] ?? "";
        if (spec.type === "photo") {
          return (
            <PhotoField
              key={name}
              id={`${id}-${name}`}
              commandId={commandId}
              label={labelOf(name)}
              hint={hint}
              fault={words}
              limit={photoLimit(spec)}
              kept={typeof given === "string" ? null : given}
              onChange={(photo) => onChange(name, photo ?? "")}
            />
          );
        }
        return (
          <Field key={name} id={`${id}-${name}`} label={labelOf(name)} hint={hint} fault={words}>
            <ResultInput
              id={`${id}-${name}`}
              spec={spec}
              value={typeof given === "string" ? given : ""}
              isWrong={fault !== undefined}
              onChange={(value) => onChange(name, value)}
            />
          </Field>
        );
      })}
    </fieldset>
  );
}

function ResultInput(props: {
  id: string;
  spec: ValueSpec;
  value: string;
  isWrong: boolean;
  onChange: (value: string) => void;
}) {
  const { id, spec, value, isWrong, onChange } = props;
  const { say } = usePage().format.value;
  const common = {
    id,
    value,
    "aria-required": true,
    "aria-invalid": isWrong,
    "aria-describedby": `${id}-hint ${id}-fault`,
  };
  if (spec.type === "series") {
    return <textarea {...common} rows={3} onInput={({ currentTarget }) => onChange(currentTarget.value)} />;
  }
  const { boolean } = say.doubt.result;
  const listed = spec.type === "boolean" ? ["true", "false"] : spec.type === "string" ? spec.enum : undefined;
  if (listed !== undefined) {
    return (
      <select {...common} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">{say.doubt.result.choose}</option>
        {listed.map((each) => (
          <option key={each} value={each}>
            {spec.type === "boolean" ? boolean[each as "true" | "false"] : each}
          </option>
        ))}
      </select>
    );
  }
  const isNumber = spec.type === "quantity" || spec.type === "integer";
  return (
    <input
      {...common}
      type="text"
      autoComplete="off"
      inputMode={isNumber ? "decimal" : "text"}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
