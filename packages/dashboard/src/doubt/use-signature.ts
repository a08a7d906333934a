import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";

type Key = "name" | "reason";

/** What a person signs an act with, while they type it. */
export interface Signature {
  /** For the form that holds the fields. */
  readonly form: RefObject<HTMLFormElement | null>;
  readonly name: string;
  readonly reason: string;
  /** What was missing when it was last read, until it is typed. */
  readonly faults: readonly Key[];
  readonly change: (next: { name?: string; reason?: string }) => void;
  /** Returns name and reason; null where one is missing, which is then told and has the focus. */
  read(): { readonly name: string; readonly reason: string } | null;
  /** Empties it. */
  clear(): void;
}

/** Returns the signature of a form. */
export function useSignature(): Signature {
  const form = useRef<HTMLFormElement>(null);
  const [signed, setSigned] = useState({ name: "", reason: "" });
  const [faults, setFaults] = useState<readonly Key[]>([]);
  return {
    form,
    ...signed,
    faults,
    change(next) {
      setSigned((before) => ({ ...before, ...next }));
      setFaults((before) => before.filter((key) => !(key in next)));
    },
    read() {
      const fields = { name: signed.name.trim(), reason: signed.reason.trim() };
      const missing = (["name", "reason"] as const).filter((key) => fields[key] === "");
      setFaults(missing);
      if (missing.length === 0) return fields;
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return null;
    },
    clear() {
      setSigned({ name: "", reason: "" });
      setFaults([]);
    },
  };
}
