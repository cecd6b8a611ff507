/** Baselines: what drift is measured from, with a hash that the audit chain protects. */
import { createHash } from 'node:crypto';
import type { Baseline } from '@novacron/contract/drift/drift';
import { canonicalJson } from '@novacron/contract/json';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change, Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { auditChange } from '../audit/audit.ts';
import type { KernelDeps } from '../context/deps.ts';

type BaselineRow = Tables['baselines'];

/** Operations whose audit entries contain the hash of a baseline. */
const PROOFS = ['drift.baseline', 'drift_baseline.set'] as const;

/** Number of resources per read. */
const IDS_PER_READ = 1_000;

/**
 * The changes that make fields the baseline of a resource, and their proof: the audit log, which is
 * chained and sealed, contains the hash.
 */
export function baselineChanges(
  {
    deps,
    context,
    nowMs,
  }: {
    readonly deps: Pick<KernelDeps, 'ids' | 'clock'>;
    readonly context: Parameters<typeof auditChange>[1];
    readonly nowMs: number;
  },
  of: {
    readonly kind: ResourceKind;
    readonly target: { readonly id: string; readonly name: string };
    readonly fields: FieldValues;
    readonly origin: 'apply' | 'adopt';
    readonly deployment: string;
  },
): readonly [Change, Change] {
  const row: BaselineRow = {
    id: of.target.id,
    tenant_id: context.principal.tenantId,
    resource_kind: of.kind,
    deployment: of.deployment,
    applied_json: canonicalJson(of.fields),
    applied_at_ms: nowMs,
    applied_by: context.principal.name,
    origin: of.origin,
  };
  return [
    { kind: 'put', into: 'baselines', row },
    auditChange(deps, context, {
      operation: of.origin === 'apply' ? 'drift.baseline' : 'drift_baseline.set',
      outcome: 'done',
      resourceKind: of.kind,
      target: of.target,
      changes: {
        baseline: { was: null, is: hashBaseline(row) },
        deployment: { was: null, is: of.deployment },
      },
      atMs: nowMs,
    }),
  ];
}

/** SHA-256, hexadecimal, over all of a baseline in canonical JSON. */
function hashBaseline(row: BaselineRow): string {
  const { applied_json: text, origin, ...columns } = row;
  const applied = parseStored(text) ?? text;
  const whole = canonicalJson({ ...columns, applied, origin: origin ?? 'apply' });
  return createHash('sha256').update(whole).digest('hex');
}

/** Evidence in the audit log about a baseline. */
export interface BaselineProof {
  readonly proof: Baseline['proof'];
  /** The latest audit entry about the baseline, where it cannot be decrypted. */
  readonly damagedEntry?: string;
}

/**
 * Compares baselines with the audit log. A baseline that cannot be decrypted, or whose latest entry
 * cannot be, is `tampered`: nothing can be measured from it.
 * @param rows - read with `damaged: 'blank'`
 * @returns by resource what the latest entry about its baseline says
 */
export async function proveBaselines(
  store: Pick<Store, 'read'>,
  rows: readonly BaselineRow[],
): Promise<ReadonlyMap<string, BaselineProof>> {
  const ids = rows.map(({ id }) => id);
  const latest = await readLatestEntries(store, ids);
  return new Map(rows.map((row) => [row.id, prove(row, latest.get(row.id))]));
}

/** Evidence that a resource has a baseline. */
export interface BaselineEvidence {
  /** Empty where the entry cannot be read. */
  readonly deployment: string;
}

/**
 * Reads the evidence in the audit log about the latest baseline of each resource, whether or not
 * there is a row.
 */
export async function readBaselineEvidence(
  store: Pick<Store, 'read'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BaselineEvidence>> {
  const latest = await readLatestEntries(store, ids);
  return new Map(
    [...latest].map(([id, { changes_json }]) => {
      const changes = parseStored<BaselineChanges>(changes_json);
      return [id, { deployment: changes?.deployment?.is ?? '' }];
    }),
  );
}

/** The latest audit entry about the baseline of each resource. */
async function readLatestEntries(
  store: Pick<Store, 'read'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Tables['audit']>> {
  const latest = new Map<string, Tables['audit']>();
  for (let at = 0; at < ids.length; at += IDS_PER_READ) {
    const entries = await store.read({
      from: 'audit',
      where: {
        resource_id: { in: ids.slice(at, at + IDS_PER_READ) },
        operation: { in: PROOFS },
        outcome: 'done',
      },
      damaged: 'blank',
    });
    // In the order of their ids, so that the latest comes last.
    for (const entry of entries) latest.set(entry.resource_id, entry);
  }
  return latest;
}

function prove(row: BaselineRow, entry: Tables['audit'] | undefined): BaselineProof {
  if (parseStored(row.applied_json) === undefined) return { proof: 'tampered' };
  if (entry === undefined) return { proof: 'unproven' };
  const changes = parseStored<BaselineChanges>(entry.changes_json);
  if (changes === undefined) return { proof: 'tampered', damagedEntry: entry.id };
  return { proof: changes.baseline?.is === hashBaseline(row) ? 'proven' : 'tampered' };
}

/** The changes of an audit entry about a baseline. */
interface BaselineChanges {
  readonly baseline?: { readonly is?: string };
  readonly deployment?: { readonly is?: string };
}

/** A baseline as answers carry it. */
export function toBaseline(row: BaselineRow, proof: Baseline['proof']): Baseline {
  return {
    resource_kind: row.resource_kind,
    resource_id: row.id,
    deployment: row.deployment,
    // Only `baselineChanges` writes this column; of anything else there is nothing to show.
    applied: parseStored<Baseline['applied']>(row.applied_json) ?? {},
    hash: hashBaseline(row),
    applied_at: toTimestamp(row.applied_at_ms),
    applied_by: row.applied_by,
    origin: row.origin ?? 'apply',
    proof,
  };
}
