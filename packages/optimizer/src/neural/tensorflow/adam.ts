/** One step after another along gradients, each weight at its own pace. */
export interface Adam {
  /** Changes the weights in place by one step of the given rate. */
  step(weights: readonly Float32Array[], gradients: readonly Float32Array[], rate: number): void;
}

const MEMORY = [0.9, 0.999] as const;
const TINY = 1e-8;

/**
 * Returns the optimiser of D. P. Kingma and J. Ba, "Adam" (ICLR 2015), for weights of the given lengths; `decay` shrinks every
 * weight by itself, apart from the gradient (I. Loshchilov and F. Hutter, ICLR 2019). In double precision: a few thousand numbers
 * are nothing beside the calls that an optimiser of tensors needs for each of them.
 */
export function createAdam(lengths: readonly number[], decay: number): Adam {
  const first = lengths.map((length) => new Float64Array(length));
  const second = lengths.map((length) => new Float64Array(length));
  let forgotten = [1, 1] as readonly [number, number];
  return {
    step(weights, gradients, rate) {
      forgotten = [forgotten[0] * MEMORY[0], forgotten[1] * MEMORY[1]];
      weights.forEach((own, k) => {
        const [m, v, gradient] = [first[k] as Float64Array, second[k] as Float64Array, gradients[k] as Float32Array];
        for (let i = 0; i < own.length; i++) {
          const slope = gradient[i] as number;
          m[i] = MEMORY[0] * (m[i] as number) + (1 - MEMORY[0]) * slope;
          v[i] = MEMORY[1] * (v[i] as number) + (1 - MEMORY[1]) * slope * slope;
          const mean = (m[i] as number) / (1 - forgotten[0]);
          const spread = Math.sqrt((v[i] as number) / (1 - forgotten[1])) + TINY;
          own[i] = (own[i] as number) * (1 - rate * decay) - (rate * mean) / spread;
        }
      });
    },
  };
}
