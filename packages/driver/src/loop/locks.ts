/** What an operation holds while it runs; null is the whole device (D14). */
export type Locks = readonly string[] | null;

/** Whether two operations have to run one after the other. */
export function areSerial(one: Locks, other: Locks): boolean {
  return one === null || other === null || one.some((lock) => other.includes(lock));
}
