import { useEffect } from "preact/hooks";
import { SignFields } from "../doubt/sign-fields.tsx";
import { useSignature } from "../doubt/use-signature.ts";
import { usePage } from "../page/page.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";

/** Asks who clears the emergency stop, and what they saw: it is a person's to clear, by name (S4). */
export function ClearStop({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const page = usePage();
  const { confirm } = page.format.value.say.control;
  const signature = useSignature();
  useEffect(() => signature.clear(), [isOpen]);
  const submit = (event: Event) => {
    event.preventDefault();
    const fields = signature.read();
    if (fields === null) return;
    page.ask("clear", { fields });
    onClose();
  };
  return (
    <ConfirmDialog isOpen={isOpen} question={confirm.clear} text={confirm.clearText} onClose={onClose}>
      <form ref={signature.form} class="desk-form" noValidate onSubmit={submit}>
        <SignFields id="clear-stop" {...signature} onChange={signature.change} />
        <div class="confirm-buttons">
          <button type="button" class="plain" onClick={onClose}>
            {confirm.stay}
          </button>
          <button type="submit" class="control-button clear">
            {confirm.yesClear}
          </button>
        </div>
      </form>
    </ConfirmDialog>
  );
}
