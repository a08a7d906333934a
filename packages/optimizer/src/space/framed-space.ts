import type { Design, DesignValue, Fault, Study } from "@labloop/contracts";
import type { Axis } from "./axis.ts";
import { drawValues } from "./draw-values.ts";
import { excessOf, type Frame, marksOf } from "./frame.ts";
import { keyOf } from "./key-of.ts";
import type { Random } from "../random/create-random.ts";
import { leadValues } from "./lead-values.ts";
import { boxValues, nearValues } from "./near-values.ts";
import type { Values } from "./rule.ts";
import { snapValues } from "./snap-values.ts";
import type { Space } from "./space.ts";

// Of a parameter's scale: so far beyond its bounds an instrument may end up that was asked for what lies within them.
const STRAY = 0.02;
const ROUNDING = 1e-9;

// So many moves in a row that lead nowhere new end the search for neighbours; from so many on they are led back to where no rule is broken.
const PATIENCE = 200;
const STRAYED = 100;
// To lead one takes as long as to look at a hundred, and longer where sums are to be kept meanwhile: so many are led at most.
const MOST_LED = { free: 48, ruled: 16 };
// Of the distance looked at, how far a neighbour may be led.
const LED = 3;

/** Returns the space of a study whose parameters and constraints are without fault. */
export function framedSpace(study: Study, frame: Frame): Space {
  const { axes, rules } = frame;
  const indexByName = new Map(axes.map(({ name }, index) => [name, index]));
  // Where nothing can be varied one feature stands all the same: a model needs one to begin with.
  const width = Math.max(
    1,
    axes.reduce((sum, axis) => sum + axis.width, 0),
  );
  const valuesOf = (design: Design) => axes.map(({ name }) => ownValue(design, name) as DesignValue);
  // A list says which of its designs are different, however little they differ.
  const keyed = (values: Values) => keyOf(study.candidates === undefined ? marksOf(frame, values) : values);
  const designOf = (values: Values): Design =>
    Object.fromEntries(axes.map(({ name }, index) => [name, values[index] as DesignValue]));
  const holds = (values: Values) =>
    axes.every((axis, index) => values[index] !== undefined && axis.check(values[index]) === null) &&
    excessOf(frame, values) === 0;

  function judge(design: Design, look: (axis: Axis, value: DesignValue) => { code: string; message: string } | null) {
    const faults: Fault[] = [];
    for (const name of Object.keys(design)) {
      if (indexByName.has(name)) continue;
      const hint = `parameters are ${axes.map((axis) => `"${axis.name}"`).join(", ")}`;
      faults.push({ code: "design.nameUnknown", message: `no parameter is called "${name}"`, path: name, hint });
    }
    for (const axis of axes) {
      const value = ownValue(design, axis.name);
      const fault =
        value === undefined
          ? { code: "design.valueMissing", message: `"${axis.name}" has no value` }
          : look(axis, value);
      if (fault !== null) faults.push({ ...fault, path: axis.name });
    }
    return faults;
  }
  const groups = groupsOf(axes);
  // Of a blend the other parts tell what a fixed one was.
  const parts = new Set(study.constraints.flatMap((rule) => (rule.kind === "mixture" ? rule.of : [])));
  const constants = axes.filter((axis) => axis.width === 0 && !parts.has(axis.name));
  // Of each axis, its first feature.
  const starts = axes.map((_, index) => axes.slice(0, index).reduce((sum, axis) => sum + axis.width, 0));
  const refuse = (design: Design) => judge(design, (axis, value) => axis.refuse(value));

  return {
    study,
    width,
    groups,
    owners: ownersOf(axes),
    encode(design) {
      const features = new Float64Array(width);
      let at = 0;
      valuesOf(design).forEach((value, index) => {
        const axis = axes[index] as Axis;
        if (value === undefined) throw new TypeError(`"${axis.name}" has no value`);
        axis.encode(value, features, at);
        at += axis.width;
      });
      return features;
    },
    key: (design) => keyed(snapValues(frame, valuesOf(design))),
    keyAsMade(design) {
      const values = valuesOf(design);
      return axes.every((axis) => isBeside(axis, ownValue(design, axis.name)))
        ? keyed(snapValues(frame, values))
        : `as made ${JSON.stringify(values)}`;
    },
    snap: (design) => designOf(snapValues(frame, valuesOf(design))),
    refuse,
    check(design) {
      const faults = judge(design, (axis, value) => axis.check(value));
      if (refuse(design).length > 0) return faults;
      const values = valuesOf(design);
      for (const rule of rules) {
        for (const complaint of rule.complaints(values)) faults.push({ ...complaint, path: rule.path });
      }
      return faults;
    },
    isFeasible: (design) => Object.keys(design).length === axes.length && holds(valuesOf(design)),
    candidates: (count, random) => drawValues(frame, count, random).map(designOf),
    admits: (design) => axes.every(isNear(design)) && holds(snapValues(frame, valuesOf(design))),
    sharesConstants: (design) => constants.every(isNear(design)),
    neighbours: (design, radius, count, random) =>
      gather(design, count, radius, random, (centre) => nearValues(frame, centre, radius, random)),
    around(design, sides, count, random) {
      const own = axes.map((axis, index) =>
        axis.width === 0 ? 0 : (sides[groups[starts[index] as number] as number] as number),
      );
      const radius = own.reduce((most, side) => Math.max(most, side / 2), 0);
      return gather(design, count, radius, random, (centre) => boxValues(frame, centre, own, random));
    },
  };

  function isNear(design: Design): (axis: Axis) => boolean {
    return (axis) => {
      const { range } = axis;
      const value = ownValue(design, axis.name);
      if (range === null || typeof value !== "number") return true;
      return (value >= range.min && value <= range.max) || isBeside(axis, value);
    };
  }
  /** Whether a value is next to what it snaps to; whatever is no number snaps to itself. */
  function isBeside(axis: Axis, value: DesignValue | undefined): boolean {
    const { range } = axis;
    if (range === null || typeof value !== "number") return true;
    const own = axis.snap(value) as number;
    return value === own || Math.abs(range.featureOf(value) - range.featureOf(own)) <= STRAY + ROUNDING;
  }
  /** Different designs that can be made, drawn near another. */
  function gather(
    design: Design,
    count: number,
    radius: number,
    random: Random,
    draw: (centre: Values) => DesignValue[],
  ): Design[] {
    const centre = snapValues(frame, valuesOf(design));
    const found = new Map<string, DesignValue[]>();
    const own = keyed(centre);
    const lead = { steps: 2, reach: LED * radius };
    let isHard = false;
    let leads = rules.some(({ row }) => row !== null) ? MOST_LED.ruled : MOST_LED.free;
    for (let idle = 0; found.size < count && idle < PATIENCE; idle++) {
      isHard ||= idle >= STRAYED;
      const drawn = draw(centre);
      const excess = isHard && leads > 0 ? excessOf(frame, drawn) : 0;
      if (excess > 0) leads--;
      const values = excess > 0 ? leadValues(frame, { values: drawn, excess }, lead, random) : drawn;
      if (values === null) continue;
      const key = keyed(values);
      if (key === own || found.has(key) || !holds(values)) continue;
      idle = 0;
      found.set(key, values);
    }
    return [...found.values()].map(designOf);
  }
}

function groupsOf(axes: readonly Axis[]): Int32Array {
  let group = -1;
  const groups = axes.flatMap(({ width, apart }) => {
    if (width > 0 && !apart) group++;
    return Array.from({ length: width }, () => (apart ? ++group : group));
  });
  return Int32Array.from(groups.length > 0 ? groups : [0]);
}

/** Of each feature the name of its parameter. */
function ownersOf(axes: readonly Axis[]): string[] {
  const owners = axes.flatMap(({ name, width }) => Array.from({ length: width }, () => name));
  return owners.length > 0 ? owners : axes.slice(0, 1).map(({ name }) => name);
}

/** A design is a record of foreign names: what it inherits is not its own. */
function ownValue(design: Design, name: string): DesignValue | undefined {
  return Object.hasOwn(design, name) ? design[name] : undefined;
}
