import { definePlant } from "@labloop/driver/conformance";

/** Somebody at a balance: they take two seconds, and what they have done is counted when it is done. */
export default definePlant({
  open() {
    let acts = 0;
    return {
      acts: () => acts,
      answer: () => ({
        afterMs: 2_000,
        answer() {
          acts++;
          return { as: "done", result: { mass: { value: 3.2, unit: "g" } } };
        },
      }),
    };
  },
});
