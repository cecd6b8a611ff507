/** CPU baselines: which CPU guests get, so that they can move within a migration domain. */
import type { NodeFacts } from '@novacron/contract/fleet/node-facts';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { NodeRow } from '../../ports/tables/node-row.ts';
import type { VmRow } from '../../ports/tables/tables.ts';
import { isOff } from './observed-machine.ts';
import { parseStored } from './parse-stored.ts';

/** The label of nodes between which VMs are to move while they run. */
const DOMAIN_LABEL = 'migration_domain';

type Announced = Pick<NodeRow, 'name' | 'facts_json'>;

/**
 * Returns the announced CPU of a node; none if it announces nothing, or the stored text is damaged.
 */
function readCpu({ facts_json }: Announced) {
  const facts = facts_json === null ? undefined : parseStored<NodeFacts>(facts_json);
  return { domain: facts?.labels?.[DOMAIN_LABEL], baselines: facts?.cpu_baselines ?? [] };
}

/** The migration domain of a node whose agent gives VMs a baseline; undefined without one. */
export function domainOf(node: Announced): string | undefined {
  const { domain, baselines } = readCpu(node);
  return baselines.length === 0 ? undefined : domain;
}

/**
 * Chooses the baseline of a VM that is switched on: the most of its node that all nodes of the
 * domain can offer. A node that shares none with it, because of its accelerator or the vendor of
 * its CPU, can never take the VM and does not count. A lost node counts: it may return.
 * Source of the idea: the cluster CPU type of oVirt and EVC of VMware.
 * @param nodes - all nodes of the fleet
 * @returns undefined where the node is in no domain, or announces no baseline
 */
export function chooseCpuBaseline(
  node: Announced,
  nodes: readonly Announced[],
): string | undefined {
  const domain = domainOf(node);
  if (domain === undefined) return undefined;
  const { baselines } = readCpu(node);
  const others = nodes
    .map(readCpu)
    .filter((each) => each.domain === domain)
    .map((each) => each.baselines)
    .filter((theirs) => theirs.some((baseline) => baselines.includes(baseline)));
  return baselines.findLast((baseline) => others.every((theirs) => theirs.includes(baseline)));
}

/** A baseline as a feature of hypervisors, in words. */
export function cpuFeature(baseline: string): string {
  return `the CPU baseline ${baseline}`;
}

/** The request of a VM that moves: with the baseline of its guest, if it runs with one. */
export function withCpuFeature(request: PlacementRequest, row: VmRow): PlacementRequest {
  const { cpu_baseline: baseline } = row;
  if (baseline === null || isOff(row)) return request;
  const features = [...(request.vm.features ?? []), cpuFeature(baseline)];
  return { ...request, vm: { ...request.vm, features } };
}
