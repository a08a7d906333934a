import type { OperatorCommand, PhotoShelf } from "@labloop/contracts";

/** Returns why the photos of an answer cannot be recorded, as a sentence, or null: all of each has to be here first. */
export function whyNoPhoto(command: OperatorCommand, photos: Pick<PhotoShelf, "has"> | undefined): string | null {
  const handedIn =
    command.type === "doubt.resolve"
      ? command.result
      : command.type === "step.answer" && command.answer.as === "done"
        ? command.answer.result
        : undefined;
  if (handedIn === undefined || !("commandId" in command)) return null;
  for (const [name, value] of Object.entries(handedIn)) {
    if (typeof value !== "object" || !("sha256" in value) || photos?.has(command.commandId, value) === true) continue;
    return `the photo "${name}" has not arrived: send it first`;
  }
  return null;
}
