/** Plans what a scan of live resources changes about the known violations. See README.md. */
import type { EnforcementMode } from '@novacron/contract/admission/policy-verdict';
import type { ViolationState } from '@novacron/contract/kinds/policy/policy-violation';
import type { WaiverInQuestion } from './model/waiver.ts';
import { chooseWaiver } from './rules/choose-waiver.ts';

/** A resource that a policy denies as it is. */
export interface FoundViolation {
  readonly policyId: string;
  readonly policyName: string;
  readonly policyVersion: number;
  readonly mode: EnforcementMode;
  readonly resourceKind: string;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly reasons: readonly string[];
}

/** A violation as it was known before the scan. */
export interface KnownViolation extends FoundViolation {
  readonly id: string;
  readonly state: ViolationState;
  readonly waiverId: string | null;
}

/** The transition of one violation; `opens` where it is new or holds again. */
export interface ViolationChange {
  readonly kind: 'opens' | 'changes' | 'resolves';
  /** null where it was unknown. */
  readonly id: string | null;
  readonly violation: FoundViolation;
  readonly state: ViolationState;
  readonly waiverId: string | null;
}

/** Known and newly found violations of a scan. */
export interface ViolationScan {
  readonly known: readonly KnownViolation[];
  readonly found: readonly FoundViolation[];
  readonly waivers: readonly WaiverInQuestion[];
  readonly nowMs: number;
}

/**
 * Compares the scan with the known violations: a denied resource is open or waived, one that no
 * policy denies any more is resolved. Unchanged violations make no change, so a second scan changes
 * nothing.
 */
export function planViolations(scan: ViolationScan): readonly ViolationChange[] {
  const known = new Map(scan.known.map((each) => [keyOf(each), each]));
  const found = new Set(scan.found.map(keyOf));
  const changes = scan.found.flatMap((violation): readonly ViolationChange[] => {
    const before = known.get(keyOf(violation));
    const waiver = chooseWaiver(scan.waivers, { ...violation, nowMs: scan.nowMs });
    const state = waiver === undefined ? 'open' : 'waived';
    const after = { violation, state, waiverId: waiver?.id ?? null } as const;
    if (before === undefined) return [{ kind: 'opens', id: null, ...after }];
    const { id } = before;
    if (before.state === 'resolved') return [{ kind: 'opens', id, ...after }];
    return isSame(before, after) ? [] : [{ kind: 'changes', id, ...after }];
  });
  const gone = scan.known.filter((each) => each.state !== 'resolved' && !found.has(keyOf(each)));
  return [
    ...changes,
    ...gone.map(
      (violation): ViolationChange => ({
        kind: 'resolves',
        id: violation.id,
        violation,
        state: 'resolved',
        waiverId: violation.waiverId,
      }),
    ),
  ];
}

function keyOf({ policyId, resourceId }: FoundViolation): string {
  return `${policyId}/${resourceId}`;
}

function isSame(
  before: KnownViolation,
  after: Pick<ViolationChange, 'violation' | 'state' | 'waiverId'>,
): boolean {
  const { violation } = after;
  return (
    before.state === after.state &&
    before.waiverId === after.waiverId &&
    before.mode === violation.mode &&
    before.policyName === violation.policyName &&
    before.policyVersion === violation.policyVersion &&
    before.resourceName === violation.resourceName &&
    JSON.stringify(before.reasons) === JSON.stringify(violation.reasons)
  );
}
