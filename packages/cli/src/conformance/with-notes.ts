import type { Subject } from "@labloop/driver/conformance";

/** Returns a driver to be tested that notes which of its functions is called, as `shake.start` or `connect`, each time before it is. */
export function withNotes(subject: Subject, note: (called: string) => void): Subject {
  const { definition } = subject;
  const operations = Object.entries(definition.operations).map(
    ([name, operation]) => [name, noted(operation, note, `${name}.`)] as const,
  );
  return {
    ...subject,
    definition: { ...noted(definition, note, ""), operations: Object.fromEntries(operations) },
  };
}

function noted<T extends object>(part: T, note: (called: string) => void, prefix: string): T {
  const functions = Object.entries(part).filter(([, value]) => typeof value === "function");
  const wrapped = functions.map(([key, call]) => [
    key,
    (...args: unknown[]): unknown => {
      note(`${prefix}${key}`);
      return (call as (...all: unknown[]) => unknown).apply(part, args);
    },
  ]);
  return { ...part, ...Object.fromEntries(wrapped) };
}
