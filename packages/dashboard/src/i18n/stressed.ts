/** A piece of a message, and whether it is stressed or a command to type. */
export interface Piece {
  readonly text: string;
  readonly mark: "plain" | "strong" | "code";
}

/** Splits a message at its `*stressed*` and `` `typed` `` parts. */
export function piecesOf(message: string): Piece[] {
  return message
    .split(/(\*[^*]+\*|`[^`]+`)/)
    .filter((text) => text !== "")
    .map((text) => {
      if (text.startsWith("*") && text.endsWith("*")) return { text: text.slice(1, -1), mark: "strong" };
      if (text.startsWith("`") && text.endsWith("`")) return { text: text.slice(1, -1), mark: "code" };
      return { text, mark: "plain" };
    });
}
