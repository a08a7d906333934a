import * as z from "zod";

/** A place in a server's tables, and what the numbers there mean: value = number × scale + offset, in `unit`. */
export const Register = z.strictObject({
  kind: z.enum(["holding", "input", "coil", "discrete"]),
  address: z
    .number()
    .int()
    .min(0)
    .max(0xffff)
    .describe("As on the wire, from 0; manuals often count from 1, or write 40001 for holding register 0."),
  type: z.enum(["u16", "i16", "u32", "i32", "f32"]).default("u16"),
  words: z
    .enum(["high-first", "low-first"])
    .default("high-first")
    .describe("Which half of a value of two registers comes first."),
  scale: z
    .number()
    .refine((scale) => scale !== 0, "a scale is not zero")
    .default(1),
  offset: z.number().default(0),
  unit: z.string().optional(),
  access: z.enum(["read", "read-write"]).default("read"),
});
export type Register = z.infer<typeof Register>;
export type RegisterKind = Register["kind"];

const bounds = {
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffffffff],
  i32: [-0x80000000, 0x7fffffff],
} as const;

/** Returns how many registers, or coils, a value takes. */
export function widthOf({ kind, type }: Register): 1 | 2 {
  return kind === "coil" || kind === "discrete" || type === "u16" || type === "i16" ? 1 : 2;
}

/** Returns the registers that hold a value; null when the type cannot hold it. */
export function encodeValue(register: Register, value: number): number[] | null {
  if (register.kind === "coil" || register.kind === "discrete") return [value === 0 ? 0 : 1];
  const { type, scale, offset, words } = register;
  const raw = (value - offset) / scale;
  const view = new DataView(new ArrayBuffer(4));
  if (type === "f32") {
    if (!Number.isFinite(Math.fround(raw))) return null;
    view.setFloat32(0, raw);
  } else {
    const [lowest, highest] = bounds[type];
    const whole = Math.round(raw);
    if (!(whole >= lowest && whole <= highest)) return null;
    if (widthOf(register) === 1) return [whole & 0xffff];
    view.setInt32(0, whole | 0);
  }
  const halves = [view.getUint16(0), view.getUint16(2)];
  return words === "high-first" ? halves : halves.reverse();
}

/** Returns the value that registers hold, without the noise of the scale. */
export function decodeValue(register: Register, words: readonly number[]): number {
  const { type, scale, offset } = register;
  const [first = 0, second = 0] = words;
  if (register.kind === "coil" || register.kind === "discrete") return first;
  const view = new DataView(new ArrayBuffer(4));
  if (widthOf(register) === 1) view.setUint16(2, first);
  const [high, low] = register.words === "high-first" ? [first, second] : [second, first];
  if (widthOf(register) === 2) {
    view.setUint16(0, high);
    view.setUint16(2, low);
  }
  const raw = {
    u16: () => view.getUint16(2),
    i16: () => view.getInt16(2),
    u32: () => view.getUint32(0),
    i32: () => view.getInt32(0),
    f32: () => view.getFloat32(0),
  }[type]();
  if (scale === 1 && offset === 0) return raw;
  // 12 digits: chosen, more than any register resolves.
  return Number((raw * scale + offset).toPrecision(12));
}
