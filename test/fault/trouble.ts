import { type MessageFault, messageFaults } from "./mix.ts";
import type { PlannedFault } from "./plan-faults.ts";

/** The faults to come, each waiting for its point. */
export interface Trouble {
  /** Passes a point of this client, and strikes with whatever was planned for it. */
  readonly pass: (clientId: string) => void;
  /** How many were passed. */
  points(): number;
  /** Passes a message that a fault can hit, and takes the fault that was planned for it, if one was. */
  readonly passMessage: () => MessageFault | null;
  /** How many of those were passed. */
  messages(): number;
  readonly isCalm: () => boolean;
  /** From now on nothing goes wrong any more. */
  calm(): void;
}

export function createTrouble(
  faults: readonly PlannedFault[],
  strike: (fault: PlannedFault, clientId: string) => void,
): Trouble {
  const planned = [...faults].sort((a, b) => a.point - b.point);
  const isOfMessage = ({ kind }: PlannedFault) => messageFaults.includes(kind as MessageFault);
  const ofMessages = planned.filter(isOfMessage);
  const others = planned.filter((fault) => !isOfMessage(fault));
  let points = 0;
  let messages = 0;
  let isCalm = false;
  return {
    pass(clientId) {
      points++;
      if (isCalm) return;
      while ((others[0]?.point ?? Number.POSITIVE_INFINITY) <= points) {
        const fault = others.shift();
        if (fault !== undefined) strike(fault, clientId);
      }
    },
    points: () => points,
    messages: () => messages,
    passMessage() {
      messages++;
      const isDue = (ofMessages[0]?.point ?? Number.POSITIVE_INFINITY) <= messages;
      return isDue ? (ofMessages.shift()?.kind as MessageFault) : null;
    },
    isCalm: () => isCalm,
    calm() {
      isCalm = true;
    },
  };
}
