/** A text and the file it stands in; the file name goes into faults and is never opened here. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}
