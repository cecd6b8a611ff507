/** Reads what was changed before an incident began, from the audit log. */
import { AUTONOMOUS_KINDS } from '@novacron/contract/drift/drift';
import type { JsonObject } from '@novacron/contract/json';
import type { RecentChange } from '@novacron/engine/healing/diagnose/model/diagnosis';
import { CHANGES_MS } from '@novacron/engine/healing/diagnose/plan-diagnosis';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredOf, mapReadable } from '../../rows/answer-resource.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** Changes that are looked at, the latest first. */
const CHANGES_MAX = 500;

/** Names that other tenants may not read. */
const OTHER_PEOPLE = 'an administrator of the platform';

/** Scope of the search for changes. */
export interface ChangedBefore {
  readonly tenantId: string;
  readonly platformTenantId: string;
  /** Unit: ms since the Unix epoch. */
  readonly startedAtMs: number;
  readonly nodeIds: readonly string[];
  readonly vms: readonly VmRow[];
}

/** Reads them, latest first. Of other tenants only the work of the platform at nodes is read. */
export async function readRecentChanges(
  { store }: CapabilityDeps,
  { tenantId, platformTenantId, startedAtMs, nodeIds, vms }: ChangedBefore,
): Promise<readonly RecentChange[]> {
  const used = mapReadable(vms, (row) => [row.id, ...usedBy(desiredOf(row))]).flat();
  const read = (tenant_id: string, ids: readonly string[]) =>
    store.read({
      from: 'audit',
      where: {
        tenant_id,
        resource_id: { in: [...new Set(ids)] },
        outcome: 'done',
        at_ms: { from: startedAtMs - CHANGES_MS, until: startedAtMs + 1 },
      },
      orderBy: { column: 'id', direction: 'desc' },
      limit: CHANGES_MAX,
      damaged: 'blank',
    });
  const own = await read(tenantId, used);
  const ofNodes = await read(platformTenantId, nodeIds);
  return [
    ...own.flatMap((entry) => toChange(entry, entry.principal)),
    ...ofNodes.flatMap((entry) =>
      toChange(entry, tenantId === platformTenantId ? entry.principal : OTHER_PEOPLE),
    ),
  ];
}

/** The ids of what a VM uses: a change of it concerns the VM. */
function usedBy(desired: JsonObject): readonly string[] {
  const { network_id, template_id, security_groups } = desired;
  const groups: readonly unknown[] = Array.isArray(security_groups) ? security_groups : [];
  return [network_id, template_id, ...groups].filter((id) => typeof id === 'string');
}

/** Verbs that change no configuration, and observations that are consequences. */
const NO_CHANGES: ReadonlySet<string> = new Set([
  'start',
  'stop',
  'pause',
  'resume',
  'console',
  'console_opened',
  'console_closed',
  'baseline',
  'recover',
  'restart_service',
  'running',
  'stopped',
  'unknown',
  'paused',
  'resumed',
]);

const SUBJECTS: ReadonlySet<string> = new Set<RecentChange['subject']>([
  'vm',
  'template',
  'network',
  'security_group',
  'volume',
  'node',
]);

function toChange(entry: Tables['audit'], by: string): readonly RecentChange[] {
  const { operation, resource_kind: subject, principal_kind: kind, at_ms: atMs } = entry;
  const verb = verbOf(operation);
  if (!isConfiguring(operation) || !isSubject(subject)) return [];
  const changes = parseStored<Readonly<Record<string, unknown>>>(entry.changes_json) ?? {};
  const actor = actorOf(kind);
  const name = entry.resource_name;
  // A creation sets all of them.
  const fields = verb === 'create' ? [] : Object.keys(changes);
  return [{ atMs, operation, by, actor, subject, name, fields }];
}

/** Whether an operation, as the audit log names it, changes how a resource is configured. */
export function isConfiguring(operation: string): boolean {
  return !NO_CHANGES.has(verbOf(operation));
}

function verbOf(operation: string): string {
  return operation.slice(operation.indexOf('.') + 1);
}

function isSubject(kind: string): kind is RecentChange['subject'] {
  return SUBJECTS.has(kind);
}

function actorOf(kind: string | null): RecentChange['actor'] {
  if (kind === 'guest' || kind === 'hypervisor') return 'outside';
  const isAutomation = kind === 'platform' || AUTONOMOUS_KINDS.some((each) => each === kind);
  return isAutomation ? 'automation' : 'person';
}
