import type { MessageFault } from "./mix.ts";
import type { Network, Passing } from "./network.ts";
import type { Scene } from "./scene.ts";

/** What becomes of each message. */
export interface Fates {
  readonly of: (passing: Passing) => MessageFault | null;
  /** The next order comes with the retain flag only, as from a broker that keeps what it must not keep. */
  retainNext(): void;
}

export function createFates(options: {
  readonly scene: Scene;
  readonly network: () => Network;
  /** The fault planned for the next message, if one is due. */
  readonly planned: () => MessageFault | null;
}): Fates {
  const { scene, network, planned } = options;
  const { drop, duplicate, delay } = scene.mix.messages;
  const { also } = scene.mix;
  const reorder = also !== undefined && scene.seed >= also.fromSeed ? also.reorder : 0;
  let isRetainedNext = false;

  function drawn(): MessageFault | null {
    if (drop + duplicate + delay + reorder === 0) return null;
    const at = scene.draw();
    if (at < drop) return "drop";
    if (at < drop + duplicate) return "duplicate";
    if (at < drop + duplicate + delay) return "delay";
    return at < drop + duplicate + delay + reorder ? "reorder" : null;
  }

  return {
    of(passing) {
      if (isRetainedNext && passing.key === "command") {
        isRetainedNext = false;
        network().inject("command", passing.name, passing.payload, true);
        return "drop";
      }
      const isKept = passing.key === "state" || passing.key === "caps" || passing.key === "engine";
      if (isKept || passing.key === "estop" || scene.isCalm()) return null;
      const fate = planned() ?? drawn();
      if (fate !== null) scene.story.note(fate);
      return fate;
    },
    retainNext() {
      isRetainedNext = true;
    },
  };
}
