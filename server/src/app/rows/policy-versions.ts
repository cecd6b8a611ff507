/** The texts that the rule of a policy, or its document, has had: kept, and found again. */
import type { PolicySpec } from '@novacron/contract/policy';
import { chooseVersion } from '@novacron/engine/policy/rules/choose-version';
import type { PolicyVersionRow } from '../../ports/policy-version-row.ts';
import type { Change, ChangeSet, Store } from '../../ports/store.ts';
import type { PolicyRow } from '../../ports/tables.ts';
import { desiredOf, observedOf } from './answer-resource.ts';

/** Who goes back further has Git for it; the version that decides is kept however old it is. */
export const VERSIONS_KEPT_MAX = 100;

const VERSION_DIGITS = 9;

/** When the rule of a policy begins to decide; null: at once. */
export function activeFromMs({ active_from }: Pick<PolicySpec, 'active_from'>): number | null {
  return active_from === null ? null : Date.parse(active_from);
}

/** The number of the rule's text. */
export function versionOf(row: PolicyRow): number {
  return Number(observedOf(row).version ?? 1);
}

/** A policy's text of today as a version, written by whoever changed the policy last. */
function currentVersion(row: PolicyRow): PolicyVersionRow {
  const { rule, document, active_from } = desiredOf(row);
  const version = versionOf(row);
  return {
    id: `${row.id}/${String(version).padStart(VERSION_DIGITS, '0')}`,
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

/** Every version of a policy, oldest first; releases before versions kept none but the last. */
export async function readVersions(
  store: Store,
  row: PolicyRow,
): Promise<readonly PolicyVersionRow[]> {
  const kept = await store.read({ from: 'policy_versions', where: { policy_id: row.id } });
  const current = currentVersion(row);
  return kept.some(({ version }) => version === current.version) ? kept : [...kept, current];
}

/**
 * Keeps the text that a change leaves a policy with.
 * @param kept - what {@link readVersions} found before the change
 * @param after - the policy as it will be
 * @returns changes that also keep a text that no version has been kept of, and forget the oldest
 *   beyond {@link VERSIONS_KEPT_MAX} except the one that decides
 */
export function keepVersion(
  kept: readonly PolicyVersionRow[],
  after: PolicyRow,
  nowMs: number,
): ChangeSet {
  const next = currentVersion(after);
  const same = kept.find(({ version }) => version === next.version);
  // Another time to begin is no other text: who wrote it when stays.
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

/** Forgets versions. */
export function dropVersions(versions: readonly PolicyVersionRow[]): ChangeSet {
  return versions.map(({ id }) => ({ kind: 'drop', from: 'policy_versions', id }));
}

/** The one of a policy's versions that decides now; undefined where all are still to come. */
export function decidingVersion(
  versions: readonly PolicyVersionRow[],
  nowMs: number,
): PolicyVersionRow | undefined {
  const dated = versions.map((row) => ({ ...row, activeFromMs: row.active_from_ms }));
  const { id } = chooseVersion(dated, nowMs) ?? {};
  return versions.find((row) => row.id === id);
}
