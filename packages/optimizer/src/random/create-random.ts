import { cosOfTurn } from "../special-functions/cos-of-turn.ts";
import { log } from "../special-functions/log.ts";

/** A seeded stream of pseudo-random numbers; the same seed gives the same stream everywhere. */
export interface Random {
  /** Uniform on [0, 1), with 32 random bits. */
  uniform(): number;
  /** Standard normal, by the Box–Muller transform. */
  normal(): number;
}

/**
 * Returns the stream that belongs to a seed, an unsigned 32-bit integer.
 *
 * The generator is sfc32 (C. Doty-Humphrey, PractRand: 128 bits of state, three chaotic words and a counter),
 * seeded with the seed in one word and twelve discarded outputs, as PractRand does.
 */
export function createRandom(seed: number): Random {
  let a = 0;
  let b = seed | 0;
  let c = 0;
  let counter = 1;

  function uniform(): number {
    const output = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + output) | 0;
    return (output >>> 0) / 0x1_0000_0000;
  }
  for (let i = 0; i < 12; i++) uniform();

  function normal(): number {
    // 1 - uniform lies in (0, 1], so the logarithm is finite.
    return Math.sqrt(-2 * log(1 - uniform())) * cosOfTurn(uniform());
  }
  return { uniform, normal };
}
