/** Staff who have taken the instrument (D19): who, and since when on the link clock. */
export interface Local {
  readonly by: string;
  readonly since: number;
}
