import type { UnitName } from "@labloop/contracts";
import { baseDimensions, type Dimension, one, type Unit } from "./unit.ts";

type Exponents = Partial<Record<(typeof baseDimensions)[number], number>>;
type Row = readonly [code: UnitName, factor: number, aliases?: readonly string[], offset?: number];

function dimensionOf(exponents: Exponents): Dimension {
  return baseDimensions.map((name) => exponents[name] ?? 0);
}

function unitsOf(exponents: Exponents, rows: readonly Row[]): [Unit, readonly string[]][] {
  const dimension = dimensionOf(exponents);
  return rows.map(([code, factor, aliases = [], offset = 0]) => [{ code, dimension, factor, offset }, aliases]);
}

const degree = Math.PI / 180;
/** Standard gravity and the pound are exact by definition (SI brochure, 9th edition; yard and pound agreement of 1959). */
const gravity = 9.80665;
const pound = 0.45359237;
const force = { mass: 1, length: 1, time: -2 };
const energy = { mass: 1, length: 2, time: -2 };
const potential = { mass: 1, length: 2, time: -3, current: -1 };
const resistance = { mass: 1, length: 2, time: -3, current: -2 };

/** Factors are exact by the SI brochure (9th edition) and NIST SP 811 unless a constant above says otherwise. */
const rows: readonly [Unit, readonly string[]][] = [
  [one, [""]],
  ...unitsOf({}, [
    ["%", 0.01, ["percent", "％"]],
    ["ppm", 1e-6],
    ["ppb", 1e-9],
  ]),
  ...unitsOf({ length: 1 }, [
    ["m", 1],
    ["km", 1e3],
    ["cm", 1e-2],
    ["mm", 1e-3],
    ["um", 1e-6, ["µm", "μm"]],
    ["nm", 1e-9],
    ["angstrom", 1e-10, ["Å", "Å"]],
    ["in", 0.0254],
  ]),
  ...unitsOf({ mass: 1 }, [
    ["kg", 1],
    ["g", 1e-3],
    ["mg", 1e-6],
    ["ug", 1e-9, ["µg", "μg"]],
    ["ng", 1e-12],
    ["lb", pound],
  ]),
  ...unitsOf({ time: 1 }, [
    ["s", 1],
    ["ms", 1e-3],
    ["us", 1e-6, ["µs", "μs"]],
    ["min", 60],
    ["h", 3600],
    ["d", 86_400],
  ]),
  ...unitsOf({ temperature: 1 }, [
    ["K", 1],
    ["degC", 1, ["°C", "℃", "Cel"], 273.15],
    ["degF", 5 / 9, ["°F", "℉"], 273.15 - 160 / 9],
  ]),
  ...unitsOf({ length: 3 }, [
    ["L", 1e-3, ["l"]],
    ["mL", 1e-6, ["ml"]],
    ["uL", 1e-9, ["ul", "µL", "μL", "µl", "μl"]],
    ["nL", 1e-12, ["nl"]],
  ]),
  ...unitsOf({ amount: 1 }, [
    ["mol", 1],
    ["mmol", 1e-3],
    ["umol", 1e-6, ["µmol", "μmol"]],
    ["nmol", 1e-9],
  ]),
  ...unitsOf({ amount: 1, length: -3 }, [
    ["M", 1e3],
    ["mM", 1],
    ["uM", 1e-3, ["µM", "μM"]],
    ["nM", 1e-6],
  ]),
  ...unitsOf(force, [
    ["N", 1],
    ["mN", 1e-3],
    ["kN", 1e3],
    ["lbf", pound * gravity, ["lbF"]],
    ["kgf", gravity, ["kgF"]],
    ["gf", gravity / 1000, ["gF"]],
  ]),
  ...unitsOf(energy, [
    ["J", 1],
    ["mJ", 1e-3],
    ["uJ", 1e-6, ["µJ", "μJ"]],
    ["kJ", 1e3],
    ["kWh", 3.6e6],
    ["eV", 1.602176634e-19],
  ]),
  ...unitsOf({ mass: 1, length: -1, time: -2 }, [
    ["Pa", 1],
    ["hPa", 1e2],
    ["kPa", 1e3],
    ["MPa", 1e6],
    ["GPa", 1e9],
    ["mbar", 1e2],
    ["bar", 1e5],
    ["atm", 101_325],
    ["psi", (pound * gravity) / 0.0254 ** 2],
    ["Torr", 101_325 / 760, ["torr"]],
    ["mmHg", 133.322387415],
  ]),
  ...unitsOf({ angle: 1 }, [
    ["rad", 1],
    ["deg", degree, ["°"]],
  ]),
  ...unitsOf({ angle: 1, time: -1 }, [["rpm", (360 * degree) / 60]]),
  ...unitsOf({ time: -1 }, [
    ["Hz", 1],
    ["kHz", 1e3],
    ["MHz", 1e6],
  ]),
  ...unitsOf({ length: 1, time: -2 }, [["xg", gravity, ["×g"]]]),
  ...unitsOf({ current: 1 }, [
    ["A", 1],
    ["mA", 1e-3],
    ["uA", 1e-6, ["µA", "μA"]],
    ["nA", 1e-9],
  ]),
  ...unitsOf(potential, [
    ["V", 1],
    ["mV", 1e-3],
    ["uV", 1e-6, ["µV", "μV"]],
    ["kV", 1e3],
  ]),
  ...unitsOf({ mass: 1, length: 2, time: -3 }, [
    ["W", 1],
    ["mW", 1e-3],
    ["kW", 1e3],
  ]),
  ...unitsOf(resistance, [
    ["ohm", 1, ["Ω", "Ω"]],
    ["kohm", 1e3, ["kΩ", "kΩ"]],
    ["Mohm", 1e6, ["MΩ", "MΩ"]],
  ]),
];

/** Every spelling that is understood, canonical or not, to its unit: a closed table. */
export const unitBySpelling: ReadonlyMap<string, Unit> = new Map(
  rows.flatMap(([unit, aliases]) => [unit.code, ...aliases].map((spelling): [string, Unit] => [spelling, unit])),
);

/** Spellings that mean two things, or nothing, to what was probably meant. */
export const doubtfulSpellings: ReadonlyMap<string, string> = new Map([
  ["C", "write degC for a temperature, A*s for a charge"],
  ["c", "write degC for a temperature"],
  ["F", "write degF for a temperature"],
  ["UL", "write uL"],
  ["ML", "write mL"],
  ["KG", "write kg"],
  ["Kg", "write kg"],
  ["gr", "write g"],
  ["sec", "write s"],
  ["S", "write s for seconds"],
  ["hr", "write h"],
  ["hrs", "write h"],
  ["mins", "write min"],
  ["day", "write d"],
  ["days", "write d"],
  ["micron", "write um"],
  ["inch", "write in"],
  ["degrees", "write deg for an angle, degC for a temperature"],
  ["degree", "write deg for an angle, degC for a temperature"],
  ["kelvin", "write K"],
  ["molar", "write M"],
  ["RPM", "write rpm"],
  ["rcf", "write xg"],
  ["RCF", "write xg"],
  ["lbs", "write lb for a mass, lbf for a force"],
  ["cal", "write J; 1 cal is 4.184 J"],
]);
