/** The versions of a policy's rule or document: stored and read. */
import type { PolicySpec } from '@novacron/contract/kinds/policy/policy';
import { chooseVersion } from '@novacron/engine/policy/rules/choose-version';
import type { Change, ChangeSet, Store } from '../../ports/store.ts';
import type { PolicyVersionRow } from '../../ports/tables/policy/policy-version-row.ts';
import type { PolicyRow } from '../../ports/tables/tables.ts';
import { desiredOf, observedOf } from './answer-resource.ts';

/** Older versions are in the users' Git; the deciding one is stored however old it is. */
export const VERSIONS_KEPT_MAX = 100;

const VERSION_DIGITS = 9;

/** The id of the row of a version: rows of one policy or document are in the order of versions. */
export function versionRowId(id: string, version: number): string {
  return `${id}/${String(version).padStart(VERSION_DIGITS, '0')}`;
}

/** Returns the time from which the rule of a policy applies; null: immediately. */
export function activeFromMs({ active_from }: Pick<PolicySpec, 'active_from'>): number | null {
  return active_from === null ? null : Date.parse(active_from);
}

/** The number of the rule's text. */
export function versionOf(row: PolicyRow): number {
  return Number(observedOf(row).version ?? 1);
}

/** A policy's current text as a version, with the author of its last change. */
function currentVersion(row: PolicyRow): PolicyVersionRow {
  const { rule, document, active_from } = desiredOf(row);
  const version = versionOf(row);
  return {
    id: versionRowId(row.id, version),
    tenant_id: row.tenant_id,
    policy_id: row.id,
    version,
    rule: String(rule ?? document),
    compiled_json: row.compiled_json,
    active_from_ms: typeof active_from === 'string' ? Date.parse(active_from) : null,
    created_at_ms: row.updated_at_ms,
    created_by: row.updated_by,
  };
}

/** Every version of a policy, oldest first. */
export async function readVersions(
  store: Store,
  row: PolicyRow,
): Promise<readonly PolicyVersionRow[]> {
  const kept = await store.read({ from: 'policy_versions', where: { policy_id: row.id } });
  return withCurrent(kept, row);
}

/** The versions that can be read, and the numbers of those whose rows are damaged. */
export interface ReadableVersions {
  /** Oldest first. */
  readonly versions: readonly PolicyVersionRow[];
  readonly damaged: readonly number[];
}

/**
 * Reads the versions of a policy that is about to change. A damaged one keeps no other from being
 * written: it stays as it is.
 */
export async function readReadableVersions(
  store: Store,
  row: PolicyRow,
): Promise<ReadableVersions> {
  const { readable, damaged } = await readStored(store, row);
  const current = versionOf(row);
  return {
    versions: withCurrent(readable, row),
    damaged: damaged.map(({ version }) => version).filter((version) => version !== current),
  };
}

/** The same without the versions whose rows were damaged, or copied from other rows. */
export async function readIntactVersions(
  store: Store,
  row: PolicyRow,
): Promise<readonly PolicyVersionRow[]> {
  const { readable, damaged } = await readStored(store, row);
  // A damaged row of the current version stays as evidence: nothing is written in its place.
  return withCurrent(readable, row).filter(({ id }) => damaged.every((each) => each.id !== id));
}

/** The rows of versions, by whether their content can be read. */
async function readStored(store: Store, { id }: PolicyRow) {
  const where = { policy_id: id };
  const rows = await store.read({ from: 'policy_versions', where, damaged: 'blank' });
  const isReadable = ({ rule, compiled_json }: PolicyVersionRow): boolean =>
    rule !== '' && compiled_json !== '';
  return { readable: rows.filter(isReadable), damaged: rows.filter((row) => !isReadable(row)) };
}

function withCurrent(
  kept: readonly PolicyVersionRow[],
  row: PolicyRow,
): readonly PolicyVersionRow[] {
  const current = currentVersion(row);
  return kept.some(({ version }) => version === current.version) ? kept : [...kept, current];
}

/** Deletes all versions of a policy, which may be damaged. */
export async function dropAllVersions(store: Store, policyId: string): Promise<ChangeSet> {
  const where = { policy_id: policyId };
  return dropVersions(await store.read({ from: 'policy_versions', where, damaged: 'blank' }));
}

/**
 * Stores the text of a changed policy.
 * @param kept - the result of {@link readVersions} before the change
 * @param after - the policy after the change
 * @returns changes that also store an earlier text without a version, and delete the oldest beyond
 *   {@link VERSIONS_KEPT_MAX} except the one that decides
 */
export function keepVersion(
  kept: readonly PolicyVersionRow[],
  after: PolicyRow,
  nowMs: number,
): ChangeSet {
  const next = currentVersion(after);
  const same = kept.find(({ version }) => version === next.version);
  // Another start time is no other text: its author and time stay.
  const written = same === undefined ? next : { ...same, active_from_ms: next.active_from_ms };
  const others = kept.filter(({ version }) => version !== next.version);
  const deciding = decidingVersion([...others, written], nowMs);
  const rows = [...others.slice(-1), written];
  const tooOld = others.slice(0, Math.max(0, others.length + 1 - VERSIONS_KEPT_MAX));
  return [
    ...rows.map((row): Change => ({ kind: 'put', into: 'policy_versions', row })),
    ...dropVersions(tooOld.filter(({ id }) => id !== deciding?.id)),
  ];
}

/** Deletes versions. */
function dropVersions(versions: readonly PolicyVersionRow[]): ChangeSet {
  return versions.map(({ id }) => ({ kind: 'drop', from: 'policy_versions', id }));
}

/** The version of a policy that decides now; undefined where all start later. */
export function decidingVersion(
  versions: readonly PolicyVersionRow[],
  nowMs: number,
): PolicyVersionRow | undefined {
  const dated = versions.map((row) => ({ ...row, activeFromMs: row.active_from_ms }));
  const { id } = chooseVersion(dated, nowMs) ?? {};
  return versions.find((row) => row.id === id);
}
