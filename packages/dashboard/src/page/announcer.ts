import type { Clock } from "@labloop/contracts";
import { type ReadonlySignal, signal } from "@preact/signals";

/** The shortest time between two announcements, in ms: whoever listens must be able to hear them out. */
const quietMs = 5_000;

/** Says things to whoever does not see the page. */
export interface Announcer {
  readonly text: ReadonlySignal<string>;
  /** Says a sentence, at once or when the last one has been heard; only the newest of those that wait is said. */
  readonly say: (sentence: string) => void;
}

/** Returns an announcer that has said nothing. */
export function createAnnouncer(clock: Clock): Announcer {
  const text = signal("");
  let freeAt = 0;
  let next: string | null = null;
  const speak = (sentence: string) => {
    text.value = sentence;
    freeAt = clock.now() + quietMs;
  };
  return {
    text,
    say(sentence) {
      if (clock.now() >= freeAt) return speak(sentence);
      if (next === null) {
        clock.at(freeAt, () => {
          const waiting = next;
          next = null;
          if (waiting !== null) speak(waiting);
        });
      }
      next = sentence;
    },
  };
}
