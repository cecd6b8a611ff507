/** Batches so small that every placement of them can be tried, judged by rules of its own. */
import type { NodeId } from '@novacron/contract/ids';
import type { BatchInput } from '@novacron/engine/placement/batch/model/batch';
import type {
  PlacementNode,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import * as fc from 'fast-check';

const size = fc.record({
  cpuCores: fc.integer({ min: 1, max: 6 }),
  memoryMib: fc.integer({ min: 1, max: 6 }),
  diskGb: fc.integer({ min: 0, max: 3 }),
});

const nodeParts = fc.record({
  capacity: fc.record({
    cpuCores: fc.integer({ min: 4, max: 10 }),
    memoryMib: fc.integer({ min: 4, max: 10 }),
    diskGb: fc.integer({ min: 3, max: 8 }),
  }),
  isBusy: fc.boolean(),
  status: fc.constantFrom('ready', 'ready', 'ready', 'draining' as const),
  peer: fc.constantFrom(undefined, undefined, 'web'),
});

const vmParts = fc.record({
  size,
  rule: fc.constantFrom('none', 'none', 'apart', 'rack', 'spread', 'together', 'zone' as const),
});

/** Up to four VMs on up to four nodes of two zones; some nodes hold something already. */
export const smallBatch: fc.Arbitrary<BatchInput> = fc
  .record({
    nodes: fc.array(nodeParts, { minLength: 2, maxLength: 4 }),
    vms: fc.array(vmParts, { minLength: 1, maxLength: 4 }),
    objective: fc.constantFrom('nodes', 'peak' as const),
  })
  .map(({ nodes, vms, objective }) => ({
    objective,
    nodes: nodes.map(({ capacity, isBusy, status, peer }, at): PlacementNode => {
      const used = isBusy || peer !== undefined ? 1 : 0;
      return {
        id: `node-${at}` as NodeId,
        name: `n${at}`,
        zone: `z${at % 2}`,
        rack: `r${at % 3}`,
        status,
        capacity,
        used: { cpuCores: used, memoryMib: used, diskGb: used },
        vmCount: used,
      };
    }),
    peers: nodes.flatMap(({ peer }, at) =>
      peer === undefined
        ? []
        : [{ nodeId: `node-${at}` as NodeId, name: `p${at}`, labels: {}, group: peer }],
    ),
    requests: vms.map(({ size: amounts, rule }, at) => askOf(rule, { name: `v${at}`, ...amounts })),
  }));

type Rule = 'none' | 'apart' | 'rack' | 'spread' | 'together' | 'zone';

function askOf(
  rule: Rule,
  vm: { readonly name: string } & PlacementNode['capacity'],
): PlacementRequest {
  const own = { none: 'x', zone: 'x', apart: 'web', rack: 'db', spread: 'app', together: 'job' };
  const group = own[rule];
  const to = { kind: 'group', group } as const;
  const constraints: Record<Rule, PlacementRequest['constraints']> = {
    none: {},
    zone: { zone: 'z0' },
    apart: { affinity: [{ rule: 'apart', to, level: 'node', need: 'required' }] },
    rack: { affinity: [{ rule: 'apart', to, level: 'rack', need: 'required' }] },
    together: { affinity: [{ rule: 'together', to, level: 'zone', need: 'required' }] },
    spread: { spread: [{ of: to, level: 'zone', maxSkew: 1, need: 'required' }] },
  };
  return {
    vm: { ...vm, labels: {}, group },
    constraints: constraints[rule],
    strategy: 'balanced',
  };
}

/** Whether nodes, given by the name for each VM, may take a batch: every rule spelt out. */
export function isAllowed(input: BatchInput, names: readonly string[]): boolean {
  const at = names.map((name) => input.nodes.find((node) => node.name === name));
  if (at.some((node) => node?.status !== 'ready')) return false;
  const fits = input.nodes.every((node) =>
    (['cpuCores', 'memoryMib', 'diskGb'] as const).every((key) => {
      const mine = input.requests.filter((_, index) => names[index] === node.name);
      const taken = mine.reduce((sum, { vm }) => sum + vm[key], node.used[key]);
      return taken <= node.capacity[key];
    }),
  );
  const members = (group: string) => [
    ...input.requests.flatMap(({ vm }, index) => (vm.group === group ? [at[index]] : [])),
    ...input.peers.flatMap((peer) =>
      peer.group === group ? [input.nodes.find(({ id }) => id === peer.nodeId)] : [],
    ),
  ];
  const rackOf = (node: PlacementNode | undefined) => `${node?.zone}/${node?.rack}`;
  const areApart = (keys: readonly string[]) => new Set(keys).size === keys.length;
  const asked = (group: string) => input.requests.some(({ vm }) => vm.group === group);
  const zones = new Set(
    input.nodes.filter(({ status }) => status === 'ready').map(({ zone }) => zone),
  );
  const apps = [...zones].map(
    (zone) => members('app').filter((node) => node?.zone === zone).length,
  );
  return (
    fits &&
    input.requests.every(({ constraints }, index) => {
      return constraints.zone === undefined || at[index]?.zone === constraints.zone;
    }) &&
    (!asked('web') || areNewApart(input, names)) &&
    areApart(members('db').map(rackOf)) &&
    new Set(members('job').map((node) => node?.zone)).size <= 1 &&
    Math.max(...apps) - Math.min(...apps) <= 1
  );
}

/** Peers of an earlier day may share a node; no new one joins them. */
function areNewApart({ requests, peers, nodes }: BatchInput, names: readonly string[]): boolean {
  const web = names.filter((_, index) => requests[index]?.vm.group === 'web');
  const held = new Set(peers.map(({ nodeId }) => nodes.find(({ id }) => id === nodeId)?.name));
  return new Set(web).size === web.length && web.every((name) => !held.has(name));
}

/** The least value of all placements that are allowed; undefined where none is. */
export function findLeast(
  input: BatchInput,
  measure: (names: readonly string[]) => number,
): number | undefined {
  let least: number | undefined;
  const names: string[] = [];
  const visit = (): void => {
    if (names.length === input.requests.length) {
      if (!isAllowed(input, names)) return;
      const value = measure(names);
      if (least === undefined || value < least) least = value;
      return;
    }
    for (const node of input.nodes) {
      names.push(node.name);
      visit();
      names.pop();
    }
  };
  visit();
  return least;
}
