/** One line of the table of `npm run bench`. */
export interface Figure {
  readonly name: string;
  readonly figure: string;
  /** To something measured in the same run, so that it means the same on a slower or busier machine. */
  readonly ratio: string;
  readonly how: string;
}

/** Hands a figure to the process that runs every bench, or prints it when there is none. */
export function tell(figure: Figure): void {
  if (process.send !== undefined) process.send(figure);
  else console.log(`${figure.name}: ${figure.figure}; ${figure.ratio}\n  ${figure.how}`);
}
