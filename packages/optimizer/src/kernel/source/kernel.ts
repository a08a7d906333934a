// What both twins offer: the exports of the wasm module.
export { cholesky } from "./cholesky.ts";
export { inverseFromUpper, invertTransposed } from "./inverse.ts";
export { correlatePairs, lengthscaleSlopes, scaleFeatures } from "./likelihood.ts";
export { firstFree } from "./memory.ts";
export { correlatePlaces, dotRows, multiplyByLower, squareRows, subtractRowProducts } from "./posterior.ts";
export { columnSquares, lowerFromUpper, multiplyTransposed, multiplyUpper, solveLower } from "./triangular.ts";
