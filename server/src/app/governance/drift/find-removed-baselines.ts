/**
 * Finds baselines that were removed from the store, or moved out of a report's sight, by something
 * other than NovaCron: a deletion of the resource is the only thing that removes one.
 */
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Store, Where } from '../../../ports/store.ts';
import type { ResourceRow, Tables } from '../../../ports/tables/tables.ts';
import {
  type BaselineEvidence,
  type BaselineProof,
  proveBaselines,
  readBaselineEvidence,
} from '../../kernel/baselines/baseline.ts';
import { KIND_WHERE, kindOfId, RESOURCE_TABLES } from '../../rows/resource-tables.ts';

type BaselineRow = Tables['baselines'];

/** Number of resources per read. */
const IDS_PER_READ = 1_000;

/** Scope of a comparison. */
export interface ComparisonScope {
  readonly tenantId?: string;
  readonly kind?: ResourceKind;
  readonly deployment?: string;
  /** All resources of the tenant unless said. */
  readonly ids?: readonly string[];
}

/** A baseline that is not where the audit log says that it is. */
export interface RemovedBaseline {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: ResourceKind;
  /** Empty where nothing says it. */
  readonly deployment: string;
  /** Defect of the row, if it still exists. */
  readonly proof: BaselineProof | undefined;
}

/**
 * Looks for resources that exist, and of whose baseline the audit log or a record of drift knows,
 * while no row of the scope has it.
 * Costs a read of the resources without a baseline, and one of the audit log by their ids.
 * @param known - ids of the resources whose baselines were read
 */
export async function findRemovedBaselines(
  store: Store,
  scope: ComparisonScope,
  known: ReadonlySet<string>,
): Promise<readonly RemovedBaseline[]> {
  const ids = (scope.ids ?? (await readIds(store, scope))).filter((id) => !known.has(id));
  const expected = new Map<string, string>();
  for (let at = 0; at < ids.length; at += IDS_PER_READ) {
    const some = ids.slice(at, at + IDS_PER_READ);
    for (const [id, { deployment }] of await readEvidence(store, some)) {
      const isAsked = scope.deployment === undefined || scope.deployment === deployment;
      // An entry that cannot be read does not say the deployment: it may be this one.
      if (isAsked || deployment === '') expected.set(id, deployment);
    }
  }
  if (expected.size === 0) return [];
  const rows = await readChecked(store, [...expected.keys()]);
  // Last: what was deleted meanwhile has lost its baseline with it.
  const resources = await readResources(store, [...expected.keys()]);
  return resources.flatMap(({ kind, row }) => {
    const found = rows.get(row.id);
    const isSound = found !== undefined && found.proof !== 'tampered';
    const isOther = scope.tenantId !== undefined && row.tenant_id !== scope.tenantId;
    if (isSound || isOther) return [];
    const deployment = expected.get(row.id) ?? '';
    return [{ id: row.id, tenantId: row.tenant_id, kind, deployment, proof: found }];
  });
}

async function readIds(
  store: Store,
  { tenantId, kind }: ComparisonScope,
): Promise<readonly string[]> {
  const where = tenantId === undefined ? {} : { tenant_id: tenantId };
  const ids: string[] = [];
  for (const each of kind === undefined ? RESOURCE_KINDS : [kind]) {
    for (const { id } of await readKind(store, each, where)) ids.push(id);
  }
  return ids;
}

/**
 * Reads the evidence that resources have a baseline, by resource: the latest entry, or detected
 * drift.
 */
async function readEvidence(
  store: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BaselineEvidence>> {
  const records = await store.read({
    from: 'drift_records',
    where: { id: { in: ids }, status: { not: 'resolved' } },
    damaged: 'blank',
  });
  const drifted = records.map(({ id, deployment }) => [id, { deployment }] as const);
  return new Map([...drifted, ...(await readBaselineEvidence(store, ids))]);
}

/** The rows with these ids, of any tenant and deployment. */
async function readChecked(
  store: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BaselineProof>> {
  const rows: BaselineRow[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_READ) {
    const where = { id: { in: ids.slice(at, at + IDS_PER_READ) } };
    rows.push(...(await store.read({ from: 'baselines', where, damaged: 'blank' })));
  }
  return proveBaselines(store, rows);
}

async function readResources(store: Store, ids: readonly string[]) {
  const found: { readonly kind: ResourceKind; readonly row: ResourceRow }[] = [];
  for (const kind of RESOURCE_KINDS) {
    const own = ids.filter((id) => kindOfId(id) === kind);
    for (let at = 0; at < own.length; at += IDS_PER_READ) {
      const where = { id: { in: own.slice(at, at + IDS_PER_READ) } };
      for (const row of await readKind(store, kind, where)) found.push({ kind, row });
    }
  }
  return found;
}

async function readKind(
  store: Store,
  kind: ResourceKind,
  where: Where<(typeof RESOURCE_TABLES)[ResourceKind]>,
): Promise<readonly ResourceRow[]> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  return store.read({ from, where: { ...where, ...KIND_WHERE[kind] }, damaged: 'blank' });
}
