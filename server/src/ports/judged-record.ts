/** Records of decisions that a draft of a policy is judged by: what goes in, and what comes out. */
import type { PolicyDecisionRecord } from '@novacron/contract/kinds/policy/policy-decision';
import type { UnjudgedReason } from '@novacron/contract/kinds/policy/policy-preview';
import type { DraftEffect, PolicyDraft } from '@novacron/engine/policy/model/preview';
import type { WaiverInQuestion } from '@novacron/engine/policy/model/waiver';
import type { Askable } from './policy-runtime.ts';

/** What records are judged by. It is sent to a thread: data only. */
export interface RecordJudge {
  readonly draft: PolicyDraft<Askable>;
  /** Id of the policy that the draft replaces: its waivers apply to the draft as well. */
  readonly policyId: string | null;
  readonly waivers: readonly WaiverInQuestion[];
  /** When waivers have to last. Unit: milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/** Whom a record is about. */
export type RecordAbout = Pick<
  PolicyDecisionRecord,
  'operation' | 'user_id' | 'resource_kind' | 'resource_id' | 'resource_name'
>;

/** What came of a record. */
export type JudgedRecord =
  /** It is not of a real request. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'unjudged'; readonly reason: UnjudgedReason }
  /** The verdict stays as it is. */
  | { readonly kind: 'same'; readonly resourceKind: string }
  /** The verdict changes unless another policy refuses. */
  | { readonly kind: 'changed'; readonly effect: DraftEffect; readonly about: RecordAbout };
