/** Types of batches: VMs that are placed together, and the linear model of the problem. */
import type {
  Peer,
  PlacementNode,
  PlacementPlan,
  PlacementRequest,
} from '../../place/model/placement.ts';

/**
 * Objective for comparing placements of a batch. `nodes`: fewer nodes that were empty before;
 * `peak`: lower usage of the fullest node that receives VMs of the batch.
 */
export type BatchObjective = 'nodes' | 'peak';

/** Everything that a batch is placed from, besides `env`. */
export interface BatchInput {
  readonly nodes: readonly PlacementNode[];
  /** The tenant's placed VMs; may be empty. */
  readonly peers: readonly Peer[];
  /** Their names differ. */
  readonly requests: readonly PlacementRequest[];
  readonly objective: BatchObjective;
  /**
   * `own-strategy`: each VM goes where its own strategy places it, and the objective is only
   * measured; `objective` when absent.
   */
  readonly search?: 'objective' | 'own-strategy' | undefined;
}

/** Names of nodes, one per request, in the order of the requests. */
export type Assignment = readonly string[];

/** A node for each request, in the order of the requests. */
export interface BatchPlaces {
  readonly plans: readonly PlacementPlan[];
  /**
   * Value of the objective: nodes opened, or the use of the fullest node, 0 to 1. Lower is better.
   */
  readonly value: number;
}

/** A variable of a linear model; its values are whole where it is an `integer`. */
export interface ModelVariable {
  readonly kind: 'integer' | 'real';
  readonly lower: number;
  readonly upper: number;
  /** Its coefficient in the objective, which is minimised. */
  readonly cost: number;
}

/** `lower <= sum of factor times variable <= upper`. */
export interface ModelRow {
  /** Variables by their index in the model, each once. */
  readonly terms: readonly { readonly variable: number; readonly factor: number }[];
  /** No limit when absent. */
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
}

/** A mixed-integer linear model: find values within all rows whose cost is least. */
export interface LinearModel {
  readonly variables: readonly ModelVariable[];
  readonly rows: readonly ModelRow[];
  /** Values whose cost is above the least by less than this are as good as the best. */
  readonly gapNegligible: number;
}

/** The answer of a solver. */
export type SolverAnswer =
  /**
   * `values` by variable. `optimal`: no solution costs less, within tolerance; `feasible`: the time
   * was up before that was known.
   */
  | { readonly kind: 'optimal' | 'feasible'; readonly values: readonly number[] }
  | { readonly kind: 'infeasible' }
  /** In words, such as `it ran for more than 1000 ms`. */
  | { readonly kind: 'failed'; readonly why: string };

/** Method by which a batch's placement was found, and its proven quality. */
export interface BatchStanding {
  readonly objective: BatchObjective;
  /** `exact`: the solver's answer; `heuristic`: sequential placement, improved by moves. */
  readonly method: 'exact' | 'heuristic';
  readonly value: number;
  /** No placement has a lower value. */
  readonly bound: number;
  /** The outcome of the solver. */
  readonly solver:
    | { readonly kind: 'not-needed' | 'not-possible' | 'optimal' | 'feasible' | 'refused' }
    | { readonly kind: 'failed'; readonly why: string };
}

/** A placed batch with its explanation. */
export interface BatchPlan extends BatchStanding {
  /** In the order of the requests. */
  readonly plans: readonly PlacementPlan[];
  /** About the batch, a line each, without a full stop. */
  readonly explanation: readonly string[];
}
