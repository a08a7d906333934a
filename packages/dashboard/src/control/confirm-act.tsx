import { useEffect, useState } from "preact/hooks";
import { usePage } from "../page/page.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";

/** What is asked about once more before it is done. */
export type ConfirmedControl = "stop" | "abort";

/** Asks once more before an end that can not be taken back, and for a reason where the journal takes one. */
export function ConfirmAct({ control, onClose }: { control: ConfirmedControl | null; onClose: () => void }) {
  const page = usePage();
  const { store, format } = page;
  const { say, count } = format.value;
  const { confirm, reasons } = say.control;
  const [reason, setReason] = useState("");
  useEffect(() => setReason(reasons.stop), [control]);
  const open = store.runs.all.value.filter(({ endedAt }) => endedAt === null).length;
  const runs = confirm.runs(open, count(open));
  const words =
    control === "abort"
      ? { question: confirm.abort, text: confirm.abortText(runs), yes: confirm.yesAbort }
      : { question: confirm.stop, text: confirm.stopText(runs), yes: confirm.yesStop };
  return (
    <ConfirmDialog isOpen={control !== null} question={words.question} text={words.text} onClose={onClose}>
      {control === "stop" && (
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
          {confirm.no}
        </button>
        <button
          type="button"
          class={`control-button ${control ?? ""}`}
          onClick={() => {
            if (control === "abort") page.ask(control);
            else if (control === "stop") page.ask(control, { fields: { reason: reason.trim() || reasons.stop } });
            onClose();
          }}
        >
          {words.yes}
        </button>
      </div>
    </ConfirmDialog>
  );
}
