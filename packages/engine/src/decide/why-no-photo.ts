import { type OperatorCommand, photosIn, type PhotoShelf } from "@labloop/contracts";

/** Returns why the photos of an answer cannot be recorded, as a sentence, or null: all of each has to be here first. */
export function whyNoPhoto(command: OperatorCommand, photos: Pick<PhotoShelf, "has"> | undefined): string | null {
  const handedIn =
    command.type === "doubt.resolve"
      ? command.result
      : command.type === "step.answer" && command.answer.as === "done"
        ? command.answer.result
        : undefined;
  if (handedIn === undefined || !("commandId" in command)) return null;
  const missing = Object.entries(photosIn(handedIn)).find(
    ([, photo]) => photos?.has(command.commandId, photo) !== true,
  );
  return missing === undefined ? null : `the photo "${missing[0]}" has not arrived: send it first`;
}
