/** One aspect of a proposal: a sentence for a person, and the numbers behind it. */
export interface Explanation<Numbers> {
  readonly numbers: Numbers;
  readonly why: string;
}
