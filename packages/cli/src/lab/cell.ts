/** The one cell of a lab that a single engine holds. */
export const cell = "main";
