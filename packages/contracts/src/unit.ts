/** The canonical symbols of the closed table of units, by what they measure; packages/protocol gives each its size. */
export const unitNames = [
  "1",
  ...(["%", "ppm", "ppb"] as const),
  ...(["m", "km", "cm", "mm", "um", "nm", "angstrom", "in"] as const),
  ...(["kg", "g", "mg", "ug", "ng", "lb"] as const),
  ...(["s", "ms", "us", "min", "h", "d"] as const),
  ...(["K", "degC", "degF"] as const),
  ...(["L", "mL", "uL", "nL"] as const),
  ...(["mol", "mmol", "umol", "nmol"] as const),
  ...(["M", "mM", "uM", "nM"] as const),
  ...(["N", "mN", "kN", "lbf", "kgf", "gf"] as const),
  ...(["J", "mJ", "uJ", "kJ", "kWh", "eV"] as const),
  ...(["Pa", "hPa", "kPa", "MPa", "GPa", "mbar", "bar", "atm", "psi", "Torr", "mmHg"] as const),
  ...(["rad", "deg", "rpm"] as const),
  ...(["Hz", "kHz", "MHz", "xg"] as const),
  ...(["A", "mA", "uA", "nA", "V", "mV", "uV", "kV"] as const),
  ...(["W", "mW", "kW", "ohm", "kohm", "Mohm"] as const),
] as const;

/** One symbol of the table. */
export type UnitName = (typeof unitNames)[number];

type IsUnit<Text extends string> = Text extends UnitName
  ? true
  : Text extends `${infer Left}/${infer Right}`
    ? BothAreUnits<Left, Right>
    : Text extends `${infer Left}*${infer Right}`
      ? BothAreUnits<Left, Right>
      : Text extends `${infer Base}^${"2" | "3" | "4" | "-1" | "-2" | "-3"}`
        ? IsUnit<Base>
        : false;
type BothAreUnits<Left extends string, Right extends string> = IsUnit<Left> extends true ? IsUnit<Right> : false;

/**
 * The text itself when the compiler knows it for a unit: a symbol of the table, or symbols joined by `*` and `/`, each with
 * an integer power (`mL/min`, `g/cm^3`). Otherwise the symbols there are, so that the error names them.
 */
export type UnitText<Text extends string> = IsUnit<Text> extends true ? Text : UnitName;
