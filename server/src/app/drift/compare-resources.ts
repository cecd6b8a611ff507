/** Observes resources, their baselines and the audit log, and lets the engine compare them. */
import type { DriftRecord, ExplainedChange, TamperedBaseline } from '@novacron/contract/drift';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/field';
import type { JsonObject } from '@novacron/contract/json';
import { TERRAFORM_KINDS } from '@novacron/contract/terraform-kinds';
import { planDriftReport } from '@novacron/engine/drift/plan-drift-report';
import type { Store, Where } from '../../ports/store.ts';
import type { ResourceRow, Tables } from '../../ports/tables.ts';
import { toAuditEntry } from '../audit.ts';
import { desiredOf, observedOf } from '../resources/answer-resource.ts';
import { RESOURCE_TABLES } from '../resources/resource-tables.ts';
import { seenFirewallOf } from '../resources/seen-firewall.ts';
import { toTimestamp } from '../time.ts';
import { proveBaselines } from './baseline.ts';

type BaselineRow = Tables['baselines'];

/** So many drifted resources share one reading of the audit log. */
const IDS_PER_READ = 500;

/** What comparing has found. */
export interface Comparison {
  readonly records: readonly DriftRecord[];
  readonly explained: readonly ExplainedChange[];
  readonly tampered: readonly TamperedBaseline[];
  /** Ids of all resources that were looked at, drifted or not. */
  readonly compared: readonly string[];
  /** Ids of those that an operation works on: what they will be is not known yet. */
  readonly busy: ReadonlySet<string>;
}

/** Compares every resource that has a baseline like this. */
export async function compareResources(
  store: Store,
  where: Where<'baselines'>,
): Promise<Comparison> {
  const baselines = await store.read({ from: 'baselines', where });
  const proofs = await proveBaselines(store, baselines);
  const isTampered = ({ id }: BaselineRow) => proofs.get(id) === 'tampered';
  const pairs: Pair[] = [];
  for (const kind of RESOURCE_KINDS) {
    const ofKind = baselines.filter((row) => row.resource_kind === kind && !isTampered(row));
    if (ofKind.length > 0) pairs.push(...(await pairWithRows(store, kind, ofKind)));
  }
  const found = await compareAll(store, pairs.filter(hasChanged));
  return {
    records: found.flatMap(({ record }) => (record === undefined ? [] : [record])),
    explained: [
      ...found.flatMap(({ explained }) => (explained === undefined ? [] : [explained])),
      ...pairs.filter((pair) => pair.baseline.origin === 'adopt' && !hasChanged(pair)).map(adopted),
    ],
    tampered: baselines.filter(isTampered).map(toTampered),
    compared: pairs.map(({ row }) => row.id),
    busy: new Set(
      pairs.filter(({ row }) => row.busy_operation_id !== null).map(({ row }) => row.id),
    ),
  };
}

interface Pair {
  readonly kind: ResourceKind;
  readonly baseline: BaselineRow;
  readonly row: ResourceRow;
  readonly current: JsonObject | undefined;
}

async function pairWithRows(
  store: Store,
  kind: ResourceKind,
  baselines: readonly BaselineRow[],
): Promise<readonly Pair[]> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const ids = baselines.map(({ id }) => id);
  const rows: readonly ResourceRow[] = await store.read({ from, where: { id: { in: ids } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return baselines.flatMap((baseline) => {
    const row = byId.get(baseline.id);
    // What is gone has not drifted: whoever deleted it dropped its baseline.
    if (row === undefined) return [];
    return [{ kind, baseline, row, current: kind === 'vm' ? foundOf(row) : undefined }];
  });
}

/** A VM that does not run as it shall, or is not guarded so, as its node was found to say. */
function foundOf(row: ResourceRow): JsonObject | undefined {
  const [power, firewall] = [powerOf(row), seenFirewallOf(row)];
  return power === undefined && firewall === undefined
    ? undefined
    : { ...(power ?? desiredOf(row)), ...firewall };
}

function powerOf(row: ResourceRow): JsonObject | undefined {
  const { status } = observedOf(row);
  if (status !== 'stopped' && status !== 'running') return undefined;
  const desired = desiredOf(row);
  return desired.power_state === status ? undefined : { ...desired, power_state: status };
}

/** Equal texts are equal; others may still be, and the engine finds out. */
function hasChanged({ baseline, row, current }: Pair): boolean {
  return current !== undefined || row.desired_json !== baseline.applied_json;
}

async function compareAll(store: Store, pairs: readonly Pair[]) {
  const found: { record: DriftRecord | undefined; explained: ExplainedChange | undefined }[] = [];
  for (let at = 0; at < pairs.length; at += IDS_PER_READ) {
    const some = pairs.slice(at, at + IDS_PER_READ);
    const earliestMs = Math.min(...some.map(({ baseline }) => baseline.applied_at_ms));
    const entries = await store.read({
      from: 'audit',
      where: {
        resource_id: { in: some.map(({ row }) => row.id) },
        outcome: 'done',
        at_ms: { above: earliestMs },
      },
    });
    const byResource = groupByResource(entries);
    for (const pair of some) found.push(comparePair(pair, byResource.get(pair.row.id) ?? []));
  }
  return found;
}

function groupByResource(entries: readonly Tables['audit'][]) {
  const groups = new Map<string, Tables['audit'][]>();
  for (const entry of entries) {
    const known = groups.get(entry.resource_id);
    if (known === undefined) groups.set(entry.resource_id, [entry]);
    else known.push(entry);
  }
  return groups;
}

function comparePair(pair: Pair, entries: readonly Tables['audit'][]) {
  const { kind, baseline, row } = pair;
  const { record, explained } = planDriftReport({
    kind,
    id: row.id,
    name: row.name,
    table: TERRAFORM_KINDS[kind].table,
    applied: JSON.parse(baseline.applied_json),
    appliedAt: toTimestamp(baseline.applied_at_ms),
    deployment: baseline.deployment,
    current: pair.current ?? desiredOf(row),
    changes: entries
      // An apply is admitted, and audited, at the moment that its baseline carries.
      .filter(({ at_ms: atMs }) => atMs > baseline.applied_at_ms)
      .map((entry) => toPowerChange(toAuditEntry(entry))),
  });
  const told = explained === undefined ? undefined : { ...explained, ...about(pair, 'platform') };
  return { record, explained: told };
}

/** What the health check notes of a VM is its status: to its owner, that is its power state. */
function toPowerChange(entry: ReturnType<typeof toAuditEntry>) {
  const { status, ...others } = entry.changes;
  return status === undefined ? entry : { ...entry, changes: { ...others, power_state: status } };
}

function adopted(pair: Pair): ExplainedChange {
  const { baseline } = pair;
  const at = toTimestamp(baseline.applied_at_ms);
  const by = { principal: baseline.applied_by, client: '', request_id: '', at };
  return { fields: [], causes: [by], ...about(pair, 'adopted') };
}

function about({ kind, baseline, row }: Pair, why: ExplainedChange['why']) {
  const { id: resource_id, name: resource_name } = row;
  const { deployment } = baseline;
  return {
    ...{ resource_kind: kind, resource_id, resource_name, deployment, why },
    ...{ until: null, reason: null },
  };
}

function toTampered(row: BaselineRow): TamperedBaseline {
  return {
    resource_kind: row.resource_kind,
    resource_id: row.id,
    deployment: row.deployment,
    detail:
      `The baseline of ${row.id} is not the one that the audit log holds the hash of: it was ` +
      'changed behind NovaCron. Find out who can write to the store, then apply again, or accept ' +
      'what is (novacron drift baseline set).',
  };
}
