import { LabError } from "@labloop/contracts";

/** Chosen: a campaign on twenty devices takes some two hundred. */
const enough = 1_024;

/**
 * Returns what mends an error that comes of too few files that this process may have open at once, told in the words of Node
 * or, which says less, of SQLite; null for every other one. `limitOf` returns how many it may, null where nobody says.
 */
export function fewOpenFiles(error: unknown, limitOf: () => number | null): LabError | null {
  let cause: unknown = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth++) {
    if (/\b(?:EMFILE|ENFILE)\b|unable to open database file/.test(cause.message)) {
      const limit = limitOf();
      if (limit === null || limit >= enough) return null;
      const code = error instanceof LabError ? error.code : "run.fewOpenFiles";
      const message = error instanceof Error ? error.message : String(error);
      // Node has taken all that this shell and its children may have: only from outside of it there is more.
      const hint = `this process may have only ${limit} files and connections open at once, and needs ${enough}: start it again where ulimit -Hn says more, as in a new shell, or raise that (as root: ulimit -n ${enough}; a service: LimitNOFILE=, a container: --ulimit nofile=)`;
      return new LabError(code, message, { cause: error, hint });
    }
    cause = cause.cause;
  }
  return null;
}

/** Returns how many files this process may have open at once; null where there is no such limit, or nobody says. */
export function openFileLimit(): number | null {
  const report = process.report?.getReport() as
    | { readonly userLimits?: { open_files?: { soft?: unknown } } }
    | undefined;
  const soft = Number(report?.userLimits?.open_files?.soft);
  return Number.isFinite(soft) ? soft : null;
}
