/** Why a step ends without a result. */
import { err } from '@novacron/contract/result';

/** The reason, in words for people. */
export interface Refusal {
  /** `stale`: the state has changed since the plan; a new plan may succeed. */
  readonly kind: 'refused' | 'stale';
  readonly reason: string;
}

/** A step that is refused, or has failed. */
export function refuse(reason: string) {
  const refusal: Refusal = { kind: 'refused', reason };
  return err(refusal);
}
