import { expect, test } from "vitest";
import { createRandom } from "../src/random/create-random.ts";

test("equal seeds give equal streams and different seeds different ones", () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});
