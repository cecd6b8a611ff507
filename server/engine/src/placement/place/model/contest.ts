/** Types of the contest that the confidence of a placement is drawn from. */
import type { Candidate } from './rule.ts';

/** One or more nodes that can hold the VM and are alike, as far as their scores may change. */
export interface Contender {
  /** Nodes; 1 and up. */
  readonly count: number;
  /** Their score without the part for the measured load, 0 to 1. */
  readonly base: number;
  /** The measured load of the busier dimension, 0 to 1. */
  readonly load: number;
  /** Standard deviation of that load after an hour; a share, 0 and up. */
  readonly spread: number;
}

/** The chosen node, and the nodes that could take its place if measured loads were others. */
export interface Contest {
  /** Weight of the measured load in a score, 0 to 1; 0: the strategy does not read it. */
  readonly loadWeight: number;
  readonly leader: Contender;
  /** Best first; alike ones are folded into one. */
  readonly others: readonly Contender[];
}

/** The nodes that could hold a VM, seen from the chosen one. */
export interface CandidateSurvey {
  /** Number of nodes with room for it. */
  readonly fitting: number;
  /** The best of them with their scores, best first; the chosen one is always among them. */
  readonly candidates: readonly Candidate[];
  /**
   * Score of the chosen node minus that of the best other one; negative where the chosen one was
   * named by a move or a plan. Undefined where no other node could hold it, or where the chosen one
   * is not among those that can, as a node that is to be woken.
   */
  readonly margin: number | undefined;
  readonly contest: Contest;
}
