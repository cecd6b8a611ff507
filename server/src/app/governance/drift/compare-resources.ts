/** Observes resources, their baselines and the audit log, and lets the engine compare them. */

import type {
  DriftRecord,
  ExplainedChange,
  TamperedBaseline,
} from '@novacron/contract/drift/drift';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { readPolicy } from '@novacron/engine/automation/orchestration/parse/read-policies';
import { planDriftReport } from '@novacron/engine/drift/plan-drift-report';
import { groupBy } from '@novacron/runtime/group-by';
import type { Store, Where } from '../../../ports/store.ts';
import type { ResourceRow, Tables } from '../../../ports/tables/tables.ts';
import { toAuditEntry } from '../../kernel/audit/audit.ts';
import { type BaselineProof, proveBaselines } from '../../kernel/baselines/baseline.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';
import { observedDiffOf, observedReasonsOf } from '../../rows/observed/observed-resource.ts';
import { isDamagedRow } from '../../rows/parse-stored.ts';
import { kindOfId, RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { driftSettings } from './drift-settings.ts';
import {
  type ComparisonScope,
  findRemovedBaselines,
  type RemovedBaseline,
} from './find-removed-baselines.ts';

type BaselineRow = Tables['baselines'];

/** Maximum clock difference between two servers. Unit: milliseconds. */
const CLOCK_SKEW_MS = 2_000;

/** Number of drifted resources that share one read of the audit log. */
const IDS_PER_READ = 500;

/** A drifted resource with its baseline and its observed fields. */
export interface Compared {
  readonly record: DriftRecord;
  readonly row: ResourceRow;
  readonly applied: JsonObject;
  readonly current: JsonObject;
}

/** The result of a comparison. */
export interface Comparison {
  readonly drifted: readonly Compared[];
  readonly explained: readonly ExplainedChange[];
  readonly tampered: readonly TamperedBaseline[];
  /** Ids of all compared resources, drifted or not. */
  readonly compared: readonly string[];
  /** Ids of resources with an operation in progress, whose outcome is not known yet. */
  readonly busy: ReadonlySet<string>;
  /** The tenant of each baseline, by the id of its resource. */
  readonly tenants: ReadonlyMap<string, string>;
}

/** Compares every resource of a scope that has a baseline. */
export async function compareResources(store: Store, scope: ComparisonScope): Promise<Comparison> {
  const baselines = await readBaselines(store, scope);
  const proofs = await proveBaselines(store, baselines);
  const isTampered = ({ id }: BaselineRow) => proofs.get(id)?.proof === 'tampered';
  const removed = await findRemovedBaselines(store, scope, new Set(baselines.map(({ id }) => id)));
  const damaged: TamperedBaseline[] = [];
  const pairs: Pair[] = [];
  for (const kind of RESOURCE_KINDS) {
    const ofKind = baselines.filter((row) => row.resource_kind === kind && !isTampered(row));
    if (ofKind.length === 0) continue;
    const found = await pairWithRows(store, kind, ofKind);
    pairs.push(...found.pairs);
    damaged.push(...found.damaged);
  }
  const found = await compareAll(store, pairs.filter(hasChanged));
  return {
    drifted: found.flatMap(({ compared }) => (compared === undefined ? [] : [compared])),
    explained: [
      ...found.flatMap(({ explained }) => (explained === undefined ? [] : [explained])),
      ...pairs.filter((pair) => pair.baseline.origin === 'adopt' && !hasChanged(pair)).map(adopted),
    ],
    tampered: [
      ...baselines.filter(isTampered).map((row) => toTampered(row, proofs.get(row.id))),
      ...removed.map(toRemoved),
      ...damaged,
    ],
    compared: pairs.map(({ row }) => row.id),
    busy: new Set(
      pairs.filter(({ row }) => row.busy_operation_id !== null).map(({ row }) => row.id),
    ),
    tenants: new Map([
      ...baselines.map((row) => [row.id, row.tenant_id] as const),
      ...removed.map(({ id, tenantId }) => [id, tenantId] as const),
    ]),
  };
}

/**
 * Finds the resources of a kind that may have drifted. The others equal their baselines, so that
 * nothing else needs to be read about them.
 */
export async function findChanged(
  store: Store,
  scope: ComparisonScope & { readonly kind: ResourceKind },
): Promise<readonly string[]> {
  const baselines = await readBaselines(store, scope);
  if (baselines.length === 0) return [];
  const { pairs } = await pairWithRows(store, scope.kind, baselines);
  return pairs.filter(hasChanged).map(({ row }) => row.id);
}

async function readBaselines(store: Store, scope: ComparisonScope) {
  return store.read({ from: 'baselines', where: whereOf(scope), damaged: 'blank' });
}

function whereOf({ tenantId, kind, deployment, ids }: ComparisonScope): Where<'baselines'> {
  return {
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    ...(kind === undefined ? {} : { resource_kind: kind }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(ids === undefined ? {} : { id: { in: ids } }),
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
): Promise<{ readonly pairs: readonly Pair[]; readonly damaged: readonly TamperedBaseline[] }> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const ids = baselines.map(({ id }) => id);
  const rows: readonly ResourceRow[] = await store.read({
    from,
    where: { id: { in: ids } },
    damaged: 'blank',
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const pairs: Pair[] = [];
  const damaged: TamperedBaseline[] = [];
  for (const baseline of baselines) {
    const row = byId.get(baseline.id);
    // A deleted resource has not drifted: its deletion dropped the baseline.
    if (row === undefined) continue;
    try {
      const pair = { kind, baseline, row, current: foundOf(kind, row) };
      // Fields that are parsed later are parsed here once, to find out whether they can be.
      if (hasChanged(pair)) desiredOf(row);
      pairs.push(pair);
    } catch (cause) {
      if (!isDamagedRow(cause)) throw cause;
      damaged.push(toDamaged(baseline, cause.problem.detail));
    }
  }
  return { pairs, damaged };
}

/**
 * A resource that was observed to differ from its desired state, such as a VM that does not run.
 */
function foundOf(kind: ResourceKind, row: ResourceRow): JsonObject | undefined {
  const found = observedDiffOf(kind, row);
  return Object.keys(found).length === 0 ? undefined : { ...configuredOf(row), ...found };
}

/** Equal texts are equal; different ones may be too, which the engine finds out. */
function hasChanged({ baseline, row, current }: Pair): boolean {
  return current !== undefined || row.desired_json !== baseline.applied_json;
}

async function compareAll(store: Store, pairs: readonly Pair[]) {
  const found: ReturnType<typeof comparePair>[] = [];
  const thresholds = await readThresholds(store, pairs);
  for (let at = 0; at < pairs.length; at += IDS_PER_READ) {
    const some = pairs.slice(at, at + IDS_PER_READ);
    const earliestMs = Math.min(...some.map(({ baseline }) => baseline.applied_at_ms));
    const entries = await store.read({
      from: 'audit',
      where: {
        resource_id: { in: some.map(({ row }) => row.id) },
        outcome: 'done',
        at_ms: { above: earliestMs - CLOCK_SKEW_MS },
      },
      damaged: 'blank',
    });
    const byResource = groupBy(entries, (entry) => entry.resource_id);
    for (const pair of some) {
      const thresholdRatio = thresholds.get(pair.row.tenant_id);
      found.push(comparePair(pair, { entries: byResource.get(pair.row.id) ?? [], thresholdRatio }));
    }
  }
  return found;
}

/** The share of changed fields from which drift is more than a note, where a tenant has set it. */
async function readThresholds(store: Store, pairs: readonly Pair[]) {
  const ids = [...new Set(pairs.map(({ row }) => row.tenant_id))];
  const settings = await driftSettings.readAll({ store }, ids);
  return new Map(ids.map((id) => [id, settings.get(id)?.threshold]));
}

function comparePair(
  pair: Pair,
  by: {
    readonly entries: readonly Tables['audit'][];
    readonly thresholdRatio: number | undefined;
  },
): { readonly compared: Compared | undefined; readonly explained: ExplainedChange | undefined } {
  const { kind, baseline, row } = pair;
  const applied: JsonObject = JSON.parse(baseline.applied_json);
  const current = respell(kind, applied, pair.current ?? configuredOf(row));
  const { record, explained } = planDriftReport({
    kind,
    id: row.id,
    name: row.name,
    table: RESOURCE_DEFINITIONS[kind].table,
    applied,
    appliedAt: toTimestamp(baseline.applied_at_ms),
    deployment: baseline.deployment,
    current,
    reasons: observedReasonsOf(kind, row),
    ...(by.thresholdRatio === undefined ? {} : { thresholdRatio: by.thresholdRatio }),
    changes: by.entries
      .filter((entry) => isLater(entry, baseline))
      .map((entry) => toPowerChange(toAuditEntry(entry))),
  });
  const reported =
    explained === undefined ? undefined : { ...explained, ...about(pair, 'platform') };
  const compared = record === undefined ? undefined : { record, row, applied, current };
  return { compared, explained: reported };
}

/** A document with the same meaning in another wording or format is the same value. */
function respell(kind: ResourceKind, applied: JsonObject, current: JsonObject): JsonObject {
  if (kind !== 'orchestration_policy' || applied.document === current.document) return current;
  const [was, is] = [applied, current].map(({ document }) => readPolicy(String(document)));
  const isSame = was?.ok === true && is?.ok === true && equalJson(was.value, is.value);
  return isSame ? { ...current, document: applied.document ?? null } : current;
}

/** Actors through which a group changes its members, from whose changes drift is measured. */
const GROUP_ACTORS: readonly (string | null)[] = ['platform', 'autoscaler'];

/**
 * Whether an entry was written after the apply. Clocks of servers differ a little: an entry of an
 * actor other than Terraform or the group of a VM may be later than its time says.
 */
function isLater(
  { at_ms: atMs, client, principal_kind: hand }: Tables['audit'],
  { applied_at_ms: appliedMs }: BaselineRow,
) {
  const applies = client === 'terraform' || GROUP_ACTORS.includes(hand);
  return atMs > appliedMs || (!applies && atMs > appliedMs - CLOCK_SKEW_MS);
}

/** The health check records the status of a VM; its owner sees that as the power state. */
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
    resource_kind: kind,
    resource_id,
    resource_name,
    deployment,
    why,
    until: null,
    reason: null,
  };
}

const WHAT_TO_DO =
  'it was changed outside of NovaCron. Find out who can write to the database, then apply ' +
  'again, or accept the current state: novacron drift baseline set';

function toTampered(row: BaselineRow, proof: BaselineProof | undefined): TamperedBaseline {
  const what =
    proof?.damagedEntry === undefined
      ? `The baseline of ${row.id} does not match its hash in the audit log`
      : `The audit entry ${proof.damagedEntry}, which has the hash of the baseline of ${row.id}, ` +
        'cannot be decrypted';
  return { ...subjectOf(row), detail: `${what}: ${WHAT_TO_DO} ${row.id}.` };
}

function toRemoved({ id, kind, deployment, proof }: RemovedBaseline): TamperedBaseline {
  const what =
    proof === undefined
      ? `The baseline of ${id} is missing from the database`
      : `The baseline of ${id} does not match its hash in the audit log`;
  const detail = `${what}: ${WHAT_TO_DO} ${id}.`;
  return { resource_kind: kind, resource_id: id, deployment, detail };
}

/** A resource that cannot be compared, because its own row is damaged. */
function toDamaged(row: BaselineRow, reason: string): TamperedBaseline {
  const detail = `${reason} An operator must restore it from a backup, or delete the resource.`;
  return { ...subjectOf(row), detail };
}

/** The column of the kind may have been changed, too; an id says what it names. */
function subjectOf({ id, resource_kind, deployment }: BaselineRow) {
  return { resource_kind: kindOfId(id) ?? resource_kind, resource_id: id, deployment };
}
