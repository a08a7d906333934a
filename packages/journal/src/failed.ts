import { type Fault, LabError, type Outcome } from "@labloop/contracts";

type Failed = Extract<Outcome<never>, { ok: false }>;

/** Returns the outcome that consists of one fault. */
export function failed(code: string, message: string): Failed {
  return { ok: false, faults: [{ code, message }] };
}

/** Returns the error that ends what was being done in a file because of a failed outcome. */
export function errorOf({ faults }: Failed, file?: string): LabError {
  const { code, message }: Fault = faults[0] ?? { code: "journal.altered", message: "no reason was given" };
  return new LabError(code, file === undefined ? message : `${file}: ${message}`, {
    hint: "restore the file from a backup; no part of it may be mended by hand",
  });
}
