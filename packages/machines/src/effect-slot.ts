/** Declares the parameters of a named effect; the effect itself is carried out elsewhere, from the data. */
export function effectSlot<Params>(): (args: unknown, params: Params) => void {
  return declared;
}

function declared(): void {}
