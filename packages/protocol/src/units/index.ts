export { convert } from "./convert.ts";
export { parseQuantity } from "./parse-quantity.ts";
export { parseUnit } from "./parse-unit.ts";
