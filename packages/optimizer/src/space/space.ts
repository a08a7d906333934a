import type { Design, Fault, Study } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";

/** What designs a study has, and how the model sees them. */
export interface Space {
  readonly study: Study;
  /** How many features an encoded design has. */
  readonly width: number;
  /** One per feature: the number, from 0 without gaps, of the lengthscale that it uses. */
  readonly groups: Int32Array;
  /** One per feature: the name of the parameter that it is of. */
  readonly owners: readonly string[];
  /** Returns the features of a design; throws where `refuse` finds fault with it. */
  encode(design: Design): Float64Array;
  /** Returns a text that two designs share exactly when they are equal once snapped. */
  key(design: Design): string;
  /**
   * Returns the same of a design as it was carried out, where that is near the one it snaps to, by a fiftieth of the range; else a key of its own: what was made
   * far outside the bounds, or between two levels, says of neither of them that it was made.
   */
  keyAsMade(design: Design): string;
  /** Returns the nearest design that can be set; the parts of a mixture go on making its total. */
  snap(design: Design): Design;
  /** Returns why a design cannot be encoded: parameters missing, unknown, of the wrong kind. Bounds do not matter here. */
  refuse(design: Design): Fault[];
  /** Returns everything that keeps a design from being made, with the values. */
  check(design: Design): Fault[];
  isFeasible(design: Design): boolean;
  /**
   * Returns whether a design that was measured is one of the study's: each number within its bounds or beyond them by no more than a fiftieth
   * of its scale, as what instruments do is, and the nearest design that can be set keeps the constraints. On a list it need not be.
   */
  admits(design: Design): boolean;
  /**
   * Returns whether what the study cannot vary, and no other parameter tells, was at a design as the study has it, within what `admits`
   * allows: elsewhere no feature tells the design from one of the study's.
   */
  sharesConstants(design: Design): boolean;
  /**
   * Returns different designs that can be made, each snapped: the whole list where the study has one, else about evenly
   * spread ones, `count` of them or as many as there seem to be.
   */
  candidates(count: number, random: Random): Design[];
  /**
   * Returns up to `count` different designs that can be made, near another and not equal to it. `radius` is a fraction of
   * what designs span of each parameter's scale; of a list they are the nearest.
   */
  neighbours(design: Design, radius: number, count: number, random: Random): Design[];
  /**
   * Returns up to `count` different designs that can be made, within a box around another and not equal to it. `sides` are its
   * lengths, one per lengthscale, as fractions of what designs span of the parameter's scale; of a list they are the nearest.
   */
  around(design: Design, sides: ArrayLike<number>, count: number, random: Random): Design[];
}
