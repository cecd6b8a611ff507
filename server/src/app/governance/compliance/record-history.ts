/** Records how results change, when scans ran, and the score of each day. */

import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import { canonicalJson } from '@novacron/contract/json';
import { problem } from '@novacron/contract/problem/problem';
import { explainCatalogue } from '@novacron/engine/compliance/explain-check';
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import type { Standard } from '@novacron/engine/compliance/model/standard';
import {
  type CountedResult,
  planComplianceReport,
  type Tallies,
} from '@novacron/engine/compliance/plan-compliance-report';
import { planScope } from '@novacron/engine/compliance/plan-score-segments';
import type { Change } from '../../../ports/store.ts';
import type { ComplianceEvidenceRow } from '../../../ports/tables/policy/compliance-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import {
  chainRow,
  EMPTY_CHAIN,
  type EvidenceHead,
  isOtherReason,
  sha256,
} from './evidence-rows.ts';
import { readInherited } from './read-inherited.ts';
import { readStandards } from './read-standards.ts';

/** Records in one commit; each closes the one before it. */
const RECORDS_PER_COMMIT_MAX = 100;

/** Digest of the checks and standards of this release. */
const CATALOGUE = sha256(canonicalJson(explainCatalogue()));

interface HistoryParts {
  readonly deps: CapabilityDeps;
  readonly tenantId: string;
  readonly guard: () => Change;
}

/** A subject of results; gone where it has none. */
interface Recorded {
  readonly id: string;
  readonly revision: number | null;
}

type NewRow = Omit<ComplianceEvidenceRow, 'id' | 'position' | 'previous' | 'hash'>;

/** Records what changed about the results of subjects. A subject without results is gone. */
export async function recordResults(
  parts: HistoryParts,
  subjects: readonly Recorded[],
  results: readonly CheckResult[],
): Promise<void> {
  const { deps, tenantId } = parts;
  if (subjects.length === 0) return;
  const open = await deps.store.read({
    from: 'compliance_evidence',
    where: {
      tenant_id: tenantId,
      subject_id: { in: subjects.map(({ id }) => id) },
      until_ms: null,
    },
    damaged: 'blank',
  });
  const before = new Map(open.map((row) => [keyOf(row.check_id, row.subject_id), row]));
  const revisions = new Map(subjects.map(({ id, revision }) => [id, revision]));
  const nowMs = deps.clock.nowMs();
  const about = {
    tenant_id: tenantId,
    catalogue: CATALOGUE,
    build: deps.serverVersion,
    at_ms: nowMs,
  };
  const found = results.flatMap((result): readonly Step[] => {
    const { checkId, subjectId, state } = result;
    const key = keyOf(checkId, subjectId);
    const was = before.get(key);
    before.delete(key);
    const isSame = state === (was?.state ?? 'not-applicable');
    if (isSame && (was === undefined || !isOtherReason(was, result))) return [];
    const { kind, subjectName, reason, evidence } = result;
    const row: NewRow = {
      ...about,
      check_id: checkId,
      subject_kind: kind,
      subject_id: subjectId,
      subject_name: subjectName,
      subject_revision: revisions.get(subjectId) ?? null,
      state,
      verdict_json: JSON.stringify({ reason, evidence }),
      until_ms: state === 'not-applicable' ? nowMs : null,
    };
    return [{ was, row }];
  });
  const gone = [...before.values()].map((was): Step => {
    const { check_id, subject_kind, subject_id, subject_name, subject_revision } = was;
    const subject = { check_id, subject_kind, subject_id, subject_name, subject_revision };
    const verdict_json = JSON.stringify({ reason: '', evidence: {} });
    return { was, row: { ...about, ...subject, state: 'gone', verdict_json, until_ms: nowMs } };
  });
  await writeSteps(parts, [...found, ...gone]);
}

/** Records that subjects which the scan has not seen are gone. */
export async function recordGone(parts: HistoryParts, seen: ReadonlySet<string>): Promise<void> {
  const { deps, tenantId } = parts;
  const groups = await deps.store.tally({
    from: 'compliance_evidence',
    where: { tenant_id: tenantId, until_ms: null },
    by: ['subject_id'],
  });
  const gone = groups.flatMap(({ values: [id] }) =>
    id == null || seen.has(id) ? [] : [{ id, revision: null }],
  );
  for (let at = 0; at < gone.length; at += RECORDS_PER_COMMIT_MAX) {
    await recordResults(parts, gone.slice(at, at + RECORDS_PER_COMMIT_MAX), []);
  }
}

/** A result that follows another. */
interface Step {
  readonly was: ComplianceEvidenceRow | undefined;
  readonly row: NewRow;
}

async function writeSteps(parts: HistoryParts, steps: readonly Step[]): Promise<void> {
  const { deps, tenantId, guard } = parts;
  if (steps.length === 0) return;
  let head = await readHead(deps, tenantId);
  for (let at = 0; at < steps.length; at += RECORDS_PER_COMMIT_MAX) {
    const changes: Change[] = [];
    for (const { was, row } of steps.slice(at, at + RECORDS_PER_COMMIT_MAX)) {
      // A clock that was set back does not put a record before the one that it follows.
      const atMs = Math.max(row.at_ms, head.atMs);
      const untilMs = row.until_ms === null ? null : atMs;
      const linked = chainRow({ ...row, at_ms: atMs, until_ms: untilMs }, head);
      head = { position: linked.position, hash: linked.hash, atMs };
      if (was !== undefined) {
        const set = { until_ms: atMs };
        changes.push({ kind: 'patch', table: 'compliance_evidence', id: was.id, set });
      }
      changes.push({
        kind: 'insert',
        into: 'compliance_evidence',
        row: linked,
        otherwise: recordedElsewhere(),
      });
    }
    const done = await commitUnder(guard, deps, changes);
    if (!done.ok) throw new Error(done.error.detail);
  }
}

/** The end of a tenant's chain. */
export async function readHead(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
): Promise<EvidenceHead> {
  const [row] = await store.read({
    from: 'compliance_evidence',
    where: { tenant_id: tenantId, position: { above: 0 } },
    orderBy: { column: 'position', direction: 'desc' },
    limit: 1,
    damaged: 'blank',
  });
  return row === undefined ? EMPTY_CHAIN : { ...row, atMs: row.at_ms };
}

function recordedElsewhere() {
  return problem('conflict', {
    detail: 'Another server recorded results of compliance at the same time.',
    remedy: 'No action is required: the next scan compares them again.',
  });
}

function keyOf(checkId: string, subjectId: string): string {
  return `${checkId}/${subjectId}`;
}

/** The changes that record a complete scan: its time, and the score of the day. */
export async function planFullScan(
  { deps, tenantId }: Omit<HistoryParts, 'guard'>,
  scan: {
    readonly tallies: Tallies;
    readonly counted: readonly CountedResult[];
    /** With more time between complete scans than this there is a gap. */
    readonly gapMs: number;
  },
): Promise<readonly Change[]> {
  const nowMs = deps.clock.nowMs();
  const [last] = await deps.store.read({
    from: 'compliance_samples',
    where: { tenant_id: tenantId, to_ms: { above: nowMs - scan.gapMs } },
  });
  const row = {
    id: last?.id ?? `${tenantId}.${nowMs}`,
    tenant_id: tenantId,
    from_ms: last?.from_ms ?? nowMs,
    to_ms: Math.max(nowMs, last?.to_ms ?? nowMs),
  };
  const standards = await readStandards(deps, tenantId);
  const inherited = await readInherited(deps.store, tenantId);
  const points = standards.map((standard): Change => {
    const point = pointOf(standard, { ...scan, inherited });
    const day = toTimestamp(nowMs).slice(0, 'YYYY-MM-DD'.length);
    const id = `${tenantId}.${standard.id}.${day}`;
    const own = { id, tenant_id: tenantId, standard: standard.id, day, at_ms: nowMs };
    return { kind: 'put', into: 'compliance_points', row: { ...own, ...point } };
  });
  return [{ kind: 'put', into: 'compliance_samples', row }, ...points];
}

/** The score of a day, with what is inherited. */
function pointOf(
  standard: Standard,
  {
    tallies,
    inherited,
    counted,
  }: {
    readonly tallies: Tallies;
    readonly inherited: Tallies;
    readonly counted: readonly CountedResult[];
  },
): Pick<Tables['compliance_points'], 'scope' | 'catalogue' | 'point_json'> {
  const all = planComplianceReport(standard, new Map([...tallies, ...inherited]));
  const { score, scoreWithAcceptedRisk, evaluatedRatio } = all;
  const openFailures = sumOf(all.failures);
  const ownFailures = sumOf(planComplianceReport(standard, tallies).failures);
  const figures = { score, scoreWithAcceptedRisk, evaluatedRatio, openFailures, ownFailures };
  return {
    scope: sha256(planScope(standard, counted, inherited).join('\n')),
    catalogue: digestOf(standard),
    point_json: JSON.stringify(figures),
  };
}

function sumOf({ critical, high, medium, low }: Readonly<Record<CheckSeverity, number>>): number {
  return critical + high + medium + low;
}

/** Digest of the checks that a score rests on; those of a tenant are its policies. */
function digestOf({ policies, ...standard }: Standard): string {
  if (policies === undefined) return CATALOGUE;
  return sha256(canonicalJson({ ...standard, policies: [...policies.values()] }));
}
