export { bestPoint } from "./best-point.ts";
export { hypervolume } from "./pareto/hypervolume.ts";
export { inferReference } from "./pareto/infer-reference.ts";
export { paretoFront } from "./pareto/pareto-front.ts";
export { propose } from "./propose.ts";
