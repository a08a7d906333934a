import { useEffect, useRef, useState } from "preact/hooks";
import { usePage } from "../page/page.tsx";

/** What is asked about once more before it is done. */
export type ConfirmedControl = "stop" | "abort" | "clear";

/** Asks once more before something that can not be taken back, and for a reason where the journal takes one. */
export function ConfirmAct({ control, onClose }: { control: ConfirmedControl | null; onClose: () => void }) {
  const page = usePage();
  const { say } = page.format.value;
  const { confirm } = say.control;
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  useEffect(() => {
    if (control === null) {
      dialog.current?.close();
      return;
    }
    setReason(control === "abort" ? "" : say.control.reasons[control]);
    dialog.current?.showModal();
  }, [control]);
  const words = useWords(control);
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      onClose={onClose}
    >
      {control !== null && words !== null && (
        <>
          <h2 id="confirm-title">{words.question}</h2>
          <p id="confirm-text">{words.text}</p>
          {control !== "abort" && (
            <label class="confirm-reason">
              {confirm.reason}
              <input
                type="text"
                value={reason}
                maxLength={200}
                onInput={({ currentTarget }) => setReason(currentTarget.value)}
              />
            </label>
          )}
          <div class="confirm-buttons">
            <button type="button" class="plain" onClick={onClose}>
              {words.no}
            </button>
            <button
              type="button"
              class={`control-button ${control}`}
              onClick={() => {
                if (control === "abort") page.ask(control);
                else page.ask(control, { fields: { reason: reason.trim() || say.control.reasons[control] } });
                onClose();
              }}
            >
              {words.yes}
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}

function useWords(control: ConfirmedControl | null) {
  const { store, format } = usePage();
  const { say, count } = format.value;
  const { confirm } = say.control;
  const open = store.runs.all.value.filter(({ endedAt }) => endedAt === null).length;
  const runs = confirm.runs(open, count(open));
  switch (control) {
    case null:
      return null;
    case "stop":
      return { question: confirm.stop, text: confirm.stopText(runs), yes: confirm.yesStop, no: confirm.no };
    case "abort":
      return { question: confirm.abort, text: confirm.abortText(runs), yes: confirm.yesAbort, no: confirm.no };
    case "clear":
      return { question: confirm.clear, text: confirm.clearText, yes: confirm.yesClear, no: confirm.stay };
  }
}
