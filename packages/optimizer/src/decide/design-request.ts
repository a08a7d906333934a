import type { AheadQuestion, Design, ExplanationAspect, LookAhead, Study, Trial } from "@labloop/contracts";
import type { RelatedTask } from "../model/member.ts";
import type { NeuralLearning } from "../neural/ensemble.ts";
import type { NeuralRecord } from "../neural/neural-record.ts";
import type { CostOf } from "../space/open-cost.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import type { ObjectiveEvidence } from "./evidence-of.ts";
import type { ReadDesign } from "./read-design.ts";

/** Everything that proposals depend on: equal requests give byte-equal answers. */
export interface DesignRequest {
  readonly study: Study;
  readonly trials: readonly Trial[];
  /** Designs that are being made now. */
  readonly pending: readonly Design[];
  /** An unsigned 32-bit integer. */
  readonly seed: number;
  /** How many designs are wanted; 1 by default. */
  readonly count?: number;
  /** Where it is to be told how the campaign would go on: of one to four objectives without desirability. */
  readonly ahead?: Required<AheadQuestion>;
  /** What `learnNeural` made of these trials, where the study asks for networks. */
  readonly neural?: NeuralLearning;
}

/** A value with the central 90 % of what is believed of it, in the objective's unit. */
export interface Expected {
  readonly value: number;
  readonly interval90: readonly [number, number];
}

/** One design to make next, and why. */
export interface DesignProposal {
  readonly design: Design;
  /** Objective to what is expected there; null without a model. */
  readonly predicted: Readonly<Record<string, Expected>> | null;
  readonly acquisition: {
    readonly name:
      | "random-start"
      | "expected-improvement"
      | "posterior-draw"
      | "hypervolume-improvement"
      | "scalarised-improvement"
      | "desirability-improvement"
      | "feasibility"
      | "knowledge-gradient"
      | "confirmation";
    readonly value: number | null;
  };
  /** By which rule it was chosen, in one sentence. */
  readonly why: string;
  /** What else there is to say of it, empty without a model. */
  readonly explanation: readonly ExplanationAspect[];
  /** Whether it was measured before and is to be measured again on purpose. */
  readonly replicate: boolean;
}

/** What a model is made of, enough to name it in provenance. */
export interface ModelSummary {
  readonly objective: string;
  readonly skill: number;
  readonly members: readonly {
    readonly kernel: string;
    readonly shape: string;
    readonly exponent: number;
    readonly weight: number;
    readonly lengthscales: readonly number[];
    /** Exponents a and b of 1 - (1 - xᵃ)ᵇ for each encoded input; left out where none is bent. */
    readonly warps?: readonly (readonly [a: number, b: number])[];
    readonly variance: number;
    readonly roughness: number;
    readonly noiseShare: number;
    readonly looDensity: number;
    readonly looSpread: number;
    /** Of a member that draws on related campaigns: how alike it takes their surface and the own one to be. */
    readonly related?: readonly RelatedTask[];
    /** Of a member that leans on how lonely designs are: what one more of loneliness changes, in its standard units. */
    readonly loneliness?: number;
  }[];
  /** Where networks were trained: how they were judged, against the greatest density of a Gaussian process, and the weight they got. */
  readonly neural?: {
    readonly looDensity: number;
    readonly looSkill: number;
    readonly rivalDensity: number;
    readonly weight: number;
  };
}

/** The answer: fewer proposals than wanted only when there are no more designs. */
export interface ProposedDesigns {
  readonly proposals: readonly DesignProposal[];
  /** The measured design believed best, with its value or its desirability; null for a front. */
  readonly best: (ReadDesign & { readonly expected: Expected }) | null;
  /**
   * Of a front with a model: the measured designs on it that keep their bounds, with what is believed of each objective there, and
   * how likely they keep the bounds, where any bounded quantity was read.
   */
  readonly front?: readonly (ReadDesign & {
    readonly chance?: number;
    readonly expected: Readonly<Record<string, Expected>>;
  })[];
  /** Beside a front: the measured designs whose readings keep the bounds on the mean, though they are likelier to break them. */
  readonly doubted?: readonly (ReadDesign & { readonly chance: number })[];
  readonly models: readonly ModelSummary[];
  /** Where nothing is proposed: what would be told beside each proposal, of the models and of how the campaign would go on. */
  readonly explanation?: readonly ExplanationAspect[];
  /** Where it was asked for; null with fewer than five measured designs, none of them to be recommended, or a front that takes up nothing above the reference. */
  readonly ahead?: LookAhead | null;
  /** Where the study asks for networks: what came of it. */
  readonly neural?: NeuralRecord;
  /** SHA-256 over the canonical JSON of everything above. */
  readonly hash: string;
}

/** An answer before it is sealed with its hash. */
export type Answer = Omit<ProposedDesigns, "hash">;

/** What the trials leave known, and how many experiments were spent. */
export interface Known {
  /** Those of the campaign itself that models learn from. */
  readonly readings: TrialReadings;
  readonly evidence: ObjectiveEvidence;
  /** Keys of what is pending or could not be made, as asked for and as carried out. */
  readonly shut: ReadonlySet<string>;
  /** How often what has a key was measured, asked for or carried out as that: an instrument hardly ever does just what it is asked. */
  readonly tried: ReadonlyMap<string, number>;
  /** What a design costs; null where all cost the same. */
  readonly costOf: CostOf | null;
  /** Which measured designs the models know nothing of; empty where they learn from all. */
  readonly leftOut: readonly ExplanationAspect[];
  /** How many measured trials models do not learn from since there are very many. */
  readonly unlearned: number;
  readonly spent: number;
}
