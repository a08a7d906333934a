import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

/** A question over the page before something that can not be taken back, its answer among the children; closed by Escape as by them. */
export function ConfirmDialog(props: {
  isOpen: boolean;
  question: string;
  text: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { isOpen, question, text, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onClose={onClose}
    >
      {isOpen && (
        <>
          <h2 id={`${id}-title`}>{question}</h2>
          <p id={`${id}-text`}>{text}</p>
          {children}
        </>
      )}
    </dialog>
  );
}
