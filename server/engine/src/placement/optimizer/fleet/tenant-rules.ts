/** Hard rules between VMs: affinity, anti-affinity and spread, tenant by tenant. */

import { findRejections } from '../../place/filters/reject-nodes.ts';
import {
  type FleetIndex,
  findNode,
  makeFleetIndex,
  putPeer,
  replaceNode,
} from '../../place/index/fleet-index.ts';
import { openOverlay } from '../../place/index/fleet-overlay.ts';
import type { Peer, PlacementNode } from '../../place/model/placement.ts';
import type { RejectionReason } from '../../place/model/rule.ts';
import { prepareRequest } from '../../place/ranking/scan-fleet.ts';
import type { ResidentVm } from '../model/optimizer.ts';

/** A VM, or a reservation, on its node; rules do not look at ids. */
type RuledVm = Omit<ResidentVm, 'id'>;

/** The reasons that depend on where other VMs are. */
const ABOUT_OTHERS: readonly RejectionReason[] = [
  'affinity',
  'anti-affinity',
  'spread',
  'unwelcome',
];

interface Tenant {
  readonly index: FleetIndex;
  /** Indexes of the VMs with hard rules of their own. */
  readonly insisting: readonly number[];
}

/** The tenants with hard rules; the others need no index. */
export interface TenantRules {
  readonly nodes: readonly PlacementNode[];
  readonly vms: readonly RuledVm[];
  /** Each once. */
  readonly tenants: readonly Tenant[];
  /** Of each VM. */
  readonly tenantOf: readonly (Tenant | undefined)[];
  /** Node of each VM. */
  readonly home: Int32Array;
}

/** Makes the index of hard rules. */
export function makeTenantRules(
  nodes: readonly PlacementNode[],
  vms: readonly RuledVm[],
): TenantRules {
  const slotOf = new Map(nodes.map(({ name }, slot) => [name, slot]));
  const home = Int32Array.from(vms, ({ node }) => slotOf.get(node) ?? -1);
  const insisting = new Map<string, number[]>();
  for (const [vm, each] of vms.entries()) {
    if (!insists(each)) continue;
    const known = insisting.get(each.tenantId);
    if (known === undefined) insisting.set(each.tenantId, [vm]);
    else known.push(vm);
  }
  const tenants = new Map<string, Tenant>();
  for (const [tenantId, own] of insisting) {
    const peers = vms.flatMap((each, vm) =>
      each.tenantId === tenantId ? toPeers(each, nodes[home[vm] ?? -1]) : [],
    );
    tenants.set(tenantId, { index: makeFleetIndex({ nodes, peers }), insisting: own });
  }
  const tenantOf = vms.map(({ tenantId }) => tenants.get(tenantId));
  return { nodes, vms, home, tenants: [...tenants.values()], tenantOf };
}

/** Whether a move breaks a rule of the VM, or one of another VM that held before it. */
export function breaksRules(rules: TenantRules, vm: number, to: number): boolean {
  const tenant = rules.tenantOf[vm];
  if (tenant === undefined) return false;
  if (isRefused(rules, tenant, vm, to)) return true;
  const others = tenant.insisting.filter((each) => each !== vm);
  const held = others.filter((each) => !isRefused(rules, tenant, each, rules.home[each] ?? -1));
  const from = rules.home[vm] ?? -1;
  moveInRules(rules, vm, { from, to });
  const broken = held.some((each) => isRefused(rules, tenant, each, rules.home[each] ?? -1));
  moveInRules(rules, vm, { from: to, to: from });
  return broken;
}

/**
 * Takes a node out of service, or puts it back: a spread counts only places with a node in service.
 */
export function switchInRules(rules: TenantRules, node: number, service: 'in' | 'out'): void {
  const { id } = rules.nodes[node] ?? {};
  if (id === undefined) return;
  const status = service === 'in' ? 'ready' : 'draining';
  for (const { index } of rules.tenants) {
    const known = findNode(index, id);
    if (known !== undefined) replaceNode(index, { ...known, status });
  }
}

/** Records a move. */
export function moveInRules(
  rules: TenantRules,
  vm: number,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const tenant = rules.tenantOf[vm];
  rules.home[vm] = to;
  if (tenant === undefined) return;
  countVm(rules, tenant, { vm, node: from, by: -1 });
  countVm(rules, tenant, { vm, node: to, by: 1 });
}

/** Whether a node rejects a VM because of others; the VM itself is not counted. */
function isRefused(rules: TenantRules, tenant: Tenant, vm: number, node: number): boolean {
  const request = rules.vms[vm]?.request;
  const target = rules.nodes[node];
  if (request === undefined || target === undefined) return true;
  const at = rules.home[vm] ?? -1;
  // Counts of peers are live, so the VM stays out of them until every rule is evaluated.
  countVm(rules, tenant, { vm, node: at, by: -1 });
  const { countedRequest } = prepareRequest(openOverlay(tenant.index), request);
  const rejections = findRejections(target, countedRequest);
  countVm(rules, tenant, { vm, node: at, by: 1 });
  return rejections.some(({ reason }) => ABOUT_OTHERS.includes(reason));
}

function countVm(
  { nodes, vms }: TenantRules,
  { index }: Tenant,
  { vm, node, by }: { readonly vm: number; readonly node: number; readonly by: 1 | -1 },
): void {
  const each = vms[vm];
  if (each === undefined) return;
  for (const peer of toPeers(each, nodes[node])) putPeer(index, peer, by);
}

function toPeers({ request }: RuledVm, node: PlacementNode | undefined): readonly Peer[] {
  if (node === undefined) return [];
  const { name, labels, group } = request.vm;
  const apart = request.constraints.affinity?.filter(
    ({ rule, need }) => rule === 'apart' && need === 'required',
  );
  return [{ nodeId: node.id, name, labels, group, apart }];
}

function insists({ request: { constraints } }: RuledVm): boolean {
  const terms = [...(constraints.affinity ?? []), ...(constraints.spread ?? [])];
  return terms.some(({ need }) => need === 'required');
}
