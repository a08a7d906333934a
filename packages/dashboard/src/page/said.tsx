import { faultSentence } from "../i18n/fault-sentences.ts";
import { piecesOf } from "../i18n/stressed.ts";
import { type NamedId, nameIds } from "../runs/name-ids.ts";
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
  const nameOf = (id: string): NamedId | undefined => {
    const run = store.runs.row(id)?.value;
    if (run !== undefined) return { text: `run ${run.number}`, runId: id };
    for (const { runId, number, steps } of store.runs.all.peek()) {
      const step = steps.find(({ commandId }) => commandId === id);
      if (step !== undefined) return { text: `run ${number}, ${step.key}`, runId };
    }
    return undefined;
  };
  return (
    <span lang={format.value.language === "en" ? undefined : "en"}>
      {nameIds(text, nameOf).map(({ text: piece, runId }) =>
        runId === null ? piece : <a href={`#/runs/${runId}`}>{piece}</a>,
      )}
    </span>
  );
}

/** What went wrong: where its code is known, in the page's language, with its own words beside it. */
export function FaultSaid({ code, text }: { code: string | undefined; text: string }) {
  const sentence = faultSentence(usePage().format.value.language, code);
  if (sentence === null) return <ServerSaid text={text} />;
  return (
    <>
      {sentence}{" "}
      <small class="quiet">
        <ServerSaid text={text} />
      </small>
    </>
  );
}
