export { bestPoint } from "./best-point.ts";
export { propose } from "./propose.ts";
