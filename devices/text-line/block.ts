import { LabError } from "@labloop/contracts";

/** What a block consists of, most often one of the formats of SCPI's `FORMat`. */
export type BlockFormat = "f32" | "f64" | "i16" | "u16" | "i32" | "u8";

const size: Readonly<Record<BlockFormat, number>> = { f32: 4, f64: 8, i16: 2, u16: 2, i32: 4, u8: 1 };

/**
 * Returns where the data of a block begins and ends, or null while its header is not complete: `#<n><length><bytes>`
 * (IEEE 488.2, 8.7.9). Throws `text.noBlock` when the bytes begin otherwise.
 */
export function blockSpan(bytes: Buffer): { readonly from: number; readonly to: number } | null {
  if (bytes.length < 2) return null;
  const digits = Number(bytes.toString("latin1", 1, 2));
  if (bytes[0] !== 0x23 || !(digits >= 1 && digits <= 9)) {
    throw new LabError(
      "text.noBlock",
      `a block begins with # and a digit, not with "${bytes.toString("latin1", 0, 20)}"`,
    );
  }
  if (bytes.length < 2 + digits) return null;
  const length = bytes.toString("latin1", 2, 2 + digits);
  if (!/^\d+$/u.test(length)) throw new LabError("text.noBlock", `the block gives "${length}" as its length`);
  return { from: 2 + digits, to: 2 + digits + Number(length) };
}

/** Returns the numbers of a block's data; throws `text.blockLength` when they do not fill it. */
export function numbersOf(data: Buffer, format: BlockFormat, order: "big" | "little"): number[] {
  const width = size[format];
  if (data.length % width !== 0) {
    throw new LabError("text.blockLength", `${data.length} bytes are no whole number of ${format}`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const isLittle = order === "little";
  const read: Readonly<Record<BlockFormat, (at: number) => number>> = {
    f32: (at) => view.getFloat32(at, isLittle),
    f64: (at) => view.getFloat64(at, isLittle),
    i16: (at) => view.getInt16(at, isLittle),
    u16: (at) => view.getUint16(at, isLittle),
    i32: (at) => view.getInt32(at, isLittle),
    u8: (at) => view.getUint8(at),
  };
  return Array.from({ length: data.length / width }, (_, index) => read[format](index * width));
}
