/** Says of VMs in a list whether an incident is about them. */
import type { TableCommand } from '../arguments/command-table.ts';
import { listAll } from '../client/list-all.ts';
import type { Session } from '../client/session.ts';
import type { Fields } from '../output/fields.ts';

/** States of VMs that are well: none of them is asked about. */
const WELL: ReadonlySet<unknown> = new Set(['running', 'stopped', 'creating', 'deleting']);

/**
 * Adds `incident`, the cause, to VMs that an open incident is about, by name or by node, where some
 * VM is not well. Only for people: programs get what the server answers. Who may not read
 * incidents sees the VMs without them.
 */
export async function addIncidents(
  session: Session,
  { operation }: TableCommand,
  items: readonly Fields[],
): Promise<readonly Fields[]> {
  const isForPeople = session.output === 'table' || session.output === 'wide';
  const isAsked = operation === 'vm.list' && isForPeople && items.some(isUnwell);
  if (!isAsked) return items;
  const incidents = await listAll(session, {
    operation: 'incident.list',
    input: { state: ['open', 'acknowledged'] },
  });
  if (!incidents.ok) return items;
  return items.map((item) => {
    const found = isUnwell(item) && incidents.value.find((incident) => isAbout(incident, item));
    return found ? { ...item, incident: found.cause } : item;
  });
}

function isUnwell({ status, health }: Fields): boolean {
  return health === 'unhealthy' || (typeof status === 'string' && !WELL.has(status));
}

function isAbout({ target_kind: kind, target, nodes }: Fields, { name, node }: Fields): boolean {
  if (kind === 'vm') return target === name;
  return kind === 'node' && Array.isArray(nodes) && nodes.includes(node);
}
