/** Corrections: changes that make a subject pass a check. */
import type { JsonObject } from '@novacron/contract/json';
import type { Labels, SubjectFacts } from './facts.ts';

/** `auto`: may be made automatically; `approval`: another person approves each one. */
export type CorrectionClass = 'auto' | 'approval';

/** Labels of the resources that a subject names, by their ids. */
export type RelatedLabels = ReadonlyMap<string, Labels>;

/**
 * The correction of a check: a change of one field of one resource that needs no restart and can be
 * undone. There are none for API keys, roles, sign-in, retention and firewalls.
 */
export interface Correction<K extends CorrectedSubject['kind']> {
  readonly checkId: string;
  readonly class: CorrectionClass;
  readonly field: 'metadata' | 'deletion_protection' | 'io_limits';
  /** What the field becomes; undefined if the facts do not say. */
  readonly chooseValue: (
    facts: SubjectFacts[K],
    related: RelatedLabels,
  ) => JsonObject | boolean | undefined;
}

/** A subject that corrections can change. */
export type CorrectedSubject =
  | { readonly kind: 'vm'; readonly facts: SubjectFacts['vm'] }
  | { readonly kind: 'volume'; readonly facts: SubjectFacts['volume'] };

/** The correction of one subject. */
export interface CorrectionPlan {
  readonly class: CorrectionClass;
  readonly operation: `${CorrectedSubject['kind']}.update`;
  readonly field: string;
  readonly was: JsonObject | boolean | null;
  readonly is: JsonObject | boolean;
}
