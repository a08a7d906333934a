import type { PhotoReference } from "@labloop/contracts";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Format } from "../i18n/format.ts";
import { usePage } from "../page/page.tsx";
import { type PhotoSent, sendPhoto } from "./send-photo.ts";
import { Field } from "./sign-fields.tsx";
import { megabytes } from "./value-text.ts";

/** A photo on its way: what was chosen, how far it has come, and why it did not arrive. */
interface Sending {
  readonly file: File;
  readonly preview: string;
  /** From 0 to 1; null when it does not move. */
  readonly progress: number | null;
  readonly trouble: Trouble | null;
}

type Trouble = Exclude<PhotoSent, { ok: true }> | { readonly why: "tooLarge" };

/**
 * A photo of a result: taken by the camera where there is one, shown, sent at once, and sent again where it broke off. The
 * answer refers to it only when the server has kept all of it; the rest of the form is not touched.
 */
export function PhotoField(props: {
  id: string;
  commandId: string;
  label: string;
  hint: string;
  fault: string | null;
  /** The most that it may weigh, bytes. */
  limit: number;
  kept: PhotoReference | null;
  onChange: (photo: PhotoReference | null) => void;
}) {
  const { id, commandId, label, hint, fault, limit, kept, onChange } = props;
  const { format } = usePage();
  const { say, count } = format.value;
  const [sending, setSending] = useState<Sending | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const preview = sending?.preview ?? null;
  useEffect(() => () => void (preview !== null && URL.revokeObjectURL(preview)), [preview]);

  const send = async (file: File, shown: string) => {
    stop.current.abort();
    const { signal } = (stop.current = new AbortController());
    const at = (progress: number | null, trouble: Trouble | null) =>
      void (signal.aborted || setSending({ file, preview: shown, progress, trouble }));
    if (file.size > limit) return at(null, { why: "tooLarge" });
    at(0, null);
    try {
      const sent = await sendPhoto(file, { commandId, signal, onProgress: (part) => at(part, null) });
      at(null, sent.ok ? null : sent);
      if (sent.ok && !signal.aborted) onChange(sent.photo);
    } catch (error) {
      // Another photo was chosen meanwhile, or the form has gone.
      if (!signal.aborted) throw error;
    }
  };
  const choose = (file: File | undefined) => {
    if (file === undefined) return;
    onChange(null);
    void send(file, URL.createObjectURL(file));
  };

  const trouble = sending?.trouble ?? null;
  const words =
    trouble === null
      ? kept === null && sending?.progress == null
        ? fault
        : null
      : troubleText(trouble, sending?.file.size ?? 0, limit, format.value);
  const canSendAgain = sending !== null && (trouble?.why === "unreachable" || trouble?.why === "refused");
  const keptAt = kept === null ? null : `/api/photos/${commandId}/${kept.sha256}`;
  const shown = trouble?.why === "notPhoto" ? null : (preview ?? keptAt);
  const progress = sending?.progress ?? null;
  return (
    <div class="photo-field">
      <Field id={id} label={label} hint={hint} fault={words}>
        <input
          id={id}
          class="unseen"
          type="file"
          accept="image/*"
          capture="environment"
          aria-required
          aria-invalid={words !== null}
          aria-describedby={`${id}-hint ${id}-fault`}
          onChange={({ currentTarget }) => choose(currentTarget.files?.[0])}
        />
        {/* What browsers write themselves is in their language, not in the page's, and speaks of files. */}
        <label class="control-button photo-choose" for={id}>
          {shown === null ? say.photo.take : say.photo.takeAnother}
        </label>
      </Field>
      {canSendAgain && (
        <button type="button" class="control-button" onClick={() => void send(sending.file, sending.preview)}>
          {say.photo.again}
        </button>
      )}
      {shown !== null && <img class="photo-preview" src={shown} alt={say.photo.preview(label)} />}
      {progress !== null && <progress class="photo-progress" value={progress} aria-label={label} />}
      <span class="photo-state" role="status">
        {progress !== null
          ? say.photo.sending(count(100 * progress))
          : kept !== null
            ? say.photo.kept(megabytes(kept.size, format.value))
            : ""}
      </span>
    </div>
  );
}

function troubleText(trouble: Trouble, size: number, limit: number, format: Format): string {
  const { fault } = format.say.photo;
  switch (trouble.why) {
    case "tooLarge":
      return fault.tooLarge(megabytes(size, format), megabytes(limit, format));
    case "refused":
      return fault.refused(trouble.reason);
    case "notPhoto":
    case "unreachable":
      return fault[trouble.why];
  }
}
