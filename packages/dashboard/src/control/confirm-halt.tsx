import { useEffect, useRef, useState } from "preact/hooks";
import { usePage } from "../page/page.tsx";

/** Asks once more before a campaign is ended for good. */
export function ConfirmHalt({ control, onClose }: { control: "stop" | "abort" | null; onClose: () => void }) {
  const page = usePage();
  const { say, count } = page.format.value;
  const { confirm } = say.control;
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  useEffect(() => {
    if (control === null) dialog.current?.close();
    else {
      setReason(say.control.reasons.stop);
      dialog.current?.showModal();
    }
  }, [control]);
  const open = page.store.runs.all.value.filter(({ endedAt }) => endedAt === null).length;
  const runs = confirm.runs(open, count(open));
  const isStop = control === "stop";
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" aria-describedby="confirm-text" onClose={onClose}>
      {control !== null && (
        <>
          <h2 id="confirm-title">{isStop ? confirm.stop : confirm.abort}</h2>
          <p id="confirm-text">{isStop ? confirm.stopText(runs) : confirm.abortText(runs)}</p>
          {isStop && (
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
              class={`control-button ${control}`}
              onClick={() => {
                const given = reason.trim() === "" ? say.control.reasons.stop : reason.trim();
                if (isStop) page.ask("stop", given);
                else page.ask("abort");
                onClose();
              }}
            >
              {isStop ? confirm.yesStop : confirm.yesAbort}
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}
