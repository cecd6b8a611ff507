/** Reads recorded decisions about writes and reads, the latest first. */
import {
  POLICY_INPUT_VERSION,
  type PolicyInput,
} from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import type { PolicyDecisionRecord } from '@novacron/contract/kinds/policy/policy-decision';
import { mayConcern } from '@novacron/engine/policy/plan-policy-preview';
import { findMaskedPaths, MASK } from '@novacron/engine/policy/rules/find-masked-paths';
import type { PolicyDecisionRow } from '../../../ports/tables/policy-decision-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PreviewSubject } from './judge-subjects.ts';
import { type PreviewPage, type PreviewScope, ROWS_PER_PAGE } from './preview-page.ts';
import type { PreviewPlace } from './preview-place.ts';

/** The stored part of a record. */
type StoredDecision = Pick<
  PolicyDecisionRecord,
  'moment' | 'operation' | 'action' | 'user_id' | 'resource_kind' | 'resource_id' | 'resource_name'
> & { readonly input: (PolicyInput & JsonObject) | null };

/** Reads the next page of decisions. */
export async function readDecisionsPage(
  scope: PreviewScope,
  place: PreviewPlace,
): Promise<PreviewPage> {
  if (!(await scope.mayRead('policy_decision.list'))) {
    return { subjects: [], unaffected: [], unjudged: [NOT_PERMITTED], next: undefined };
  }
  const rows = await scope.deps.store.read({
    from: 'policy_decisions',
    where: { tenant_id: scope.tenantId },
    orderBy: { column: 'id', direction: 'desc' },
    ...(place.after === '' ? {} : { after: { id: place.after } }),
    damaged: 'blank',
    limit: ROWS_PER_PAGE,
  });
  const recent = rows.filter(({ at_ms }) => at_ms >= scope.sinceMs);
  const read = recent.map((row) => readDecision(scope, row));
  const last = rows.at(-1);
  const isLast = last === undefined || rows.length < ROWS_PER_PAGE || recent.length === 0;
  return {
    subjects: read.flatMap((each) => (typeof each === 'object' ? each.subject : [])),
    unaffected: read.flatMap((each) =>
      typeof each === 'object' && each.subject.length === 0 ? each.kind : [],
    ),
    unjudged: unjudgedOf(read),
    next: isLast ? undefined : { ...place, after: last.id, atMs: last.at_ms },
  };
}

const NOT_PERMITTED = {
  source: 'decisions',
  reason: 'not_permitted',
  count: null,
  detail: 'You may not call policy_decision.list.',
} as const;

const DETAILS = {
  input_not_kept:
    'Of allowed decisions only a share is recorded with its input: see decision-input-ratio.',
  unreadable: 'Their rows in the store are damaged.',
} as const;

/** A decision as it is judged; `skipped` where it was none about a real request. */
type ReadDecision =
  | { readonly subject: readonly PreviewSubject[]; readonly kind: string }
  | keyof typeof DETAILS
  | 'skipped';

function readDecision(scope: PreviewScope, row: PolicyDecisionRow): ReadDecision {
  // Written from a KeptDecision; the empty text of a damaged row is none.
  const record = parseStored<StoredDecision>(row.record_json);
  if (record === undefined) return 'unreadable';
  const { moment, action, resource_kind: kind, input } = record;
  if (moment !== 'admission' && moment !== 'read') return 'skipped';
  if (!mayConcern(scope.draft, { action, kind })) return { subject: [], kind };
  if (input === null) return 'input_not_kept';
  // Parsing 100,000 of them by the schema would take seconds.
  if (input.version !== POLICY_INPUT_VERSION) return 'unreadable';
  const isMasked = row.record_json.includes(`"${MASK}"`);
  const asked = {
    question: input,
    principal: input.context.client === 'platform' ? 'platform' : 'person',
    unknownFields: [],
    maskedPaths: isMasked ? findMaskedPaths(input) : [],
  } as const;
  return { subject: [{ asked, about: aboutOf(row, record) }], kind };
}

function aboutOf({ at_ms }: PolicyDecisionRow, record: StoredDecision): PreviewSubject['about'] {
  return {
    source: 'decisions',
    operation: record.operation,
    resource_kind: record.resource_kind,
    resource_id: record.resource_id,
    resource_name: record.resource_name,
    user_id: record.user_id,
    count: 1,
    last_at: toTimestamp(at_ms),
  };
}

function unjudgedOf(read: readonly ReadDecision[]): PreviewPage['unjudged'] {
  return (['input_not_kept', 'unreadable'] as const).flatMap((reason) => {
    const count = read.filter((each) => each === reason).length;
    return count === 0 ? [] : [{ source: 'decisions', reason, count, detail: DETAILS[reason] }];
  });
}
