/** What one stopping rule says of a campaign. */
export interface StopVerdict {
  readonly rule: "little-to-gain" | "regret-bound" | "plateau";
  readonly stop: boolean;
  /** The number that the rule goes by; its meaning and unit are the rule's. */
  readonly value: number;
  /** One sentence for a person. */
  readonly why: string;
}
