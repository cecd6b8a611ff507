/** Lists the names of a tenant that leave only as placeholders. */
import type {
  KnownName,
  NameKind,
} from '@novacron/engine/automation/workflows/drafting/redact-names';
import type { IncidentRow } from '../../../../ports/tables/incident-rows.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';

/** Reads them: of VMs, nodes, tenants and people, of other resources, and those of an incident. */
export async function knownNames(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenant_id: string,
  incident: IncidentRow | undefined,
): Promise<readonly KnownName[]> {
  const own = { tenant_id };
  const { vms, nodes, tenants, keys, sessions, members } = await store.snapshot({
    vms: { from: 'vms', where: own, damaged: 'blank' },
    nodes: { from: 'nodes', damaged: 'blank' },
    tenants: { from: 'tenants', damaged: 'blank' },
    keys: { from: 'api_keys', where: own, damaged: 'blank' },
    sessions: { from: 'sessions', where: own, damaged: 'blank' },
    members: {
      from: 'incident_members',
      where: { incident_id: incident?.id ?? '' },
      damaged: 'blank',
    },
  });
  const others = await store.snapshot({
    networks: { from: 'networks', where: own, damaged: 'blank' },
    volumes: { from: 'volumes', where: own, damaged: 'blank' },
    groups: { from: 'vm_groups', where: own, damaged: 'blank' },
    firewalls: { from: 'security_groups', where: own, damaged: 'blank' },
    snapshots: { from: 'snapshots', where: own, damaged: 'blank' },
    templates: { from: 'tenant_templates', where: own, damaged: 'blank' },
    workflows: { from: 'workflows', where: own, damaged: 'blank' },
    channels: { from: 'notification_channels', where: own, damaged: 'blank' },
  });
  const resources = Object.values(others)
    .flat()
    .map(({ name }) => name);
  const { acknowledged_by: lookedAfter, silenced_by: silenced, target_name = '' } = incident ?? {};
  return [
    // Later ones win: a name of several kinds has the placeholder of the last.
    ...named('NAME', [...resources, target_name]),
    ...named(
      'TENANT',
      tenants.map(({ name }) => name),
    ),
    ...named('PERSON', [
      ...keys.flatMap(({ name, person }) => [name, person]),
      ...sessions.map(({ principal_name: name }) => name),
      lookedAfter,
      silenced,
    ]),
    ...named('NODE', [
      ...nodes.map(({ name }) => name),
      ...members.map(({ node_name: name }) => name),
    ]),
    ...named('VM', [...vms.map(({ name }) => name), ...members.map(({ vm_name: name }) => name)]),
  ];
}

function named(
  kind: NameKind,
  names: readonly (string | null | undefined)[],
): readonly KnownName[] {
  return names.flatMap((name) => (name === null || name === undefined ? [] : [{ kind, name }]));
}
