import { type DroppedFile, readNumber, readRows } from "@labloop/device-file-drop/parser";

/** Reads a spectrum: lines of a header up to `XYDATA`, then wavelength and absorbance with decimal commas, apart by tabs. */
export default function readSpectrum({ text }: DroppedFile) {
  const rows = readRows(text, "\t");
  const start = rows.findIndex(([first]) => first === "XYDATA");
  if (start < 0) throw new Error("it has no line XYDATA");
  const points = rows.slice(start + 1).filter((row) => row.length === 2);
  const wavelength = points.map(([x]) => readNumber(x, ","));
  const absorbance = points.map(([, y]) => readNumber(y, ","));
  const peak = wavelength[absorbance.indexOf(Math.max(...absorbance))];
  if (peak === undefined) throw new Error("it has no points");
  return {
    wavelength: { values: wavelength, unit: "nm" },
    absorbance: { values: absorbance, unit: "1" },
    peak: { value: peak, unit: "nm" },
  };
}
