/**
 * Rejects address blocks and static addresses of one plan that exclude each other. The server sees
 * them only during the apply, when a part of them exists; a network of this plan has no id yet.
 */
import {
  type Cidr,
  formatCidr,
  overlaps,
  parseCidr,
  parseIp,
} from '@novacron/contract/formats/cidr';
import { checkHostAddress, containsAddress } from '@novacron/contract/formats/host-address';
import { isUnknown } from '../../cty/unknown.ts';
import type { Values } from '../../fields/field-values.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PlanChange } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { Session } from '../../rpc/session.ts';

interface Context {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
}

/** A planned change. */
interface Planned {
  readonly kind: string;
  readonly label: string;
  readonly change: PlanChange<Schema>;
}

/**
 * Records the block of a network, or the static address of a VM, and reports what it conflicts
 * with.
 * @returns whether the plan may continue
 */
export function rejectAddressConflicts(context: Context, planned: Planned): boolean {
  const { change, kind } = planned;
  if (change.kind === 'delete' || change.kind === 'no-op') return true;
  const fault =
    kind === 'network' && change.kind === 'create'
      ? findOverlap(context.client, planned.label, change.plan)
      : kind === 'vm'
        ? findAddressFault(context.client, planned.label, change)
        : undefined;
  if (fault === undefined) return true;
  const { path, detail } = fault;
  context.diagnostics.error({
    summary: `${SUMMARIES[path]}: ${planned.label}`,
    detail,
    path: [path],
  });
  return false;
}

interface Fault {
  readonly path: 'cidr' | 'ip_address';
  readonly detail: string;
}

const SUMMARIES = {
  cidr: 'Overlapping address ranges',
  ip_address: 'Address not possible',
} as const;

function findOverlap({ ranges }: Session, label: string, { cidr }: Values): Fault | undefined {
  const parsed = typeof cidr === 'string' ? parseCidr(cidr) : undefined;
  if (parsed?.ok !== true) {
    ranges.set(label, null);
    return undefined;
  }
  const { value: block } = parsed;
  ranges.set(label, block);
  for (const [other, range] of ranges) {
    if (other === label || range === null || !overlaps(range, block)) continue;
    return {
      path: 'cidr',
      detail:
        `${cidr} shares addresses with ${formatCidr(range)}, the range of ${other} in the same ` +
        'plan, and networks of a tenant must not overlap. Change one of the two.',
    };
  }
  return undefined;
}

function findAddressFault(
  session: Session,
  label: string,
  change: Exclude<PlanChange<Schema>, { readonly kind: 'delete' }>,
): Fault | undefined {
  const { ip_address: ip, network_id: network }: Values = change.config;
  if (typeof ip !== 'string' || parseIp(ip) === undefined) return undefined;
  if (typeof network === 'string') return claim(session, label, { network, ip });
  // That of a template is looked up by the server.
  if (!isUnknown(network)) return undefined;
  const ranges = [...session.ranges].flatMap(([of, range]) =>
    range === null ? [] : [{ of, range }],
  );
  // A range that is not known yet may have it.
  if (ranges.length < session.ranges.size || ranges.length === 0) return undefined;
  const holder = ranges.find(({ range }) => containsAddress(range, ip));
  if (holder === undefined) return outside(ip, ranges);
  const fault = checkHostAddress(holder.range, ip);
  if (fault === undefined) return claim(session, label, { network: holder.of, ip });
  const what = `${fault.message}, the range of ${holder.of}`;
  return {
    path: 'ip_address',
    detail:
      `The VM cannot have the address ${ip}: it ${what}.\n\n` +
      `Remove ip_address, or ${fault.remedy}.`,
  };
}

/** The network can only be one of this plan, unless its id passes through another object. */
function outside(
  ip: string,
  ranges: readonly { readonly of: string; readonly range: Cidr }[],
): Fault {
  const shown = ranges.map(({ of, range }) => `${of} ${formatCidr(range)}`);
  return {
    path: 'ip_address',
    detail:
      `The VM cannot have the address ${ip}: it is in no network that this plan creates ` +
      `(${shown.join(', ')}).\n\nRemove ip_address, or use an address of the network. If ` +
      'network_id refers to a network that exists already, make its value known: apply what it ' +
      'depends on first, with `-target`.',
  };
}

function claim(
  { addresses }: Session,
  label: string,
  { network, ip }: { readonly network: string; readonly ip: string },
): Fault | undefined {
  const key = `${network} ${parseIp(ip)?.value}`;
  const holder = addresses.get(key) ?? label;
  if (holder === label) {
    addresses.set(key, label);
    return undefined;
  }
  const detail = `The plan gives the address ${ip} to ${holder}, too.`;
  const remedy = 'Choose another one, or remove ip_address, so that NovaCron assigns an address.';
  return { path: 'ip_address', detail: `${detail}\n\n${remedy}` };
}
