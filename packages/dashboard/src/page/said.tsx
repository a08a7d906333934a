import { piecesOf } from "../i18n/stressed.ts";
import { nameRuns } from "../runs/name-runs.ts";
import { usePage } from "./page.tsx";

/** A message of the catalogue, with its stressed and typed parts. */
export function Said({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text).map(({ text: piece, mark }) =>
        mark === "strong" ? <strong>{piece}</strong> : mark === "code" ? <code>{piece}</code> : piece,
      )}
    </>
  );
}

/** A sentence of the server, which speaks English, with the runs it names as links. */
export function ServerSaid({ text }: { text: string }) {
  const { store, format } = usePage();
  const numberOf = (runId: string) => store.runs.row(runId)?.value.number;
  return (
    <span lang={format.value.language === "en" ? undefined : "en"}>
      {nameRuns(text, numberOf).map(({ text: piece, runId }) =>
        runId === null ? piece : <a href={`#/runs/${runId}`}>{piece}</a>,
      )}
    </span>
  );
}
