import { definePlant } from "@labloop/driver/conformance";

/** Somebody at a balance: they begin as soon as they are asked, which is what is counted, and take two seconds. */
export default definePlant({
  open() {
    let acts = 0;
    return {
      acts: () => acts,
      answer() {
        acts++;
        return { afterMs: 2_000, answer: () => ({ as: "done", result: { mass: { value: 3.2, unit: "g" } } }) };
      },
    };
  },
});
