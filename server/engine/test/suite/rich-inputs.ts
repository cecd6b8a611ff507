/** Random fleets and requests that use every rule of placement. */
import fc from 'fast-check';
import type {
  AffinityTerm,
  Amounts,
  Peer,
  PeerSelector,
  PlacementConstraints,
  PlacementInput,
  PlacementNode,
  SpreadTerm,
  VmRequest,
} from '../../src/placement/place/model/placement.ts';
import { amounts, makeInput, makeNode, makeVm, nodeIdOf } from '../fleet.ts';

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'] as const;
const ZONES = ['a', 'b', 'c'] as const;

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 });
const seldom = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 1 });
const rare = <T>(of: fc.Arbitrary<T>) =>
  fc.nat(12).chain((n) => (n === 0 ? of : fc.constant(undefined)));

const shares = fc.array(fc.constantFrom(0, 250, 500, 1000), { minLength: 1, maxLength: 4 });

const nodes = fc.record({
  zone: fc.constantFrom(...ZONES),
  rack: fc.constantFrom('r1', 'r2'),
  status: fc.constantFrom<PlacementNode['status']>('ready', 'ready', 'ready', 'ready', 'draining'),
  capacity: fc.integer({ min: 4, max: 12 }).map((cpu) => amounts(cpu, cpu, cpu * 10)),
  vmCount: fc.nat(3),
  pools: seldom(fc.nat(20).map((used) => ({ 'disk:ssd': { capacity: 40, used } }))),
  devices: maybe(
    fc
      .record({ model: fc.constantFrom('a', 'b'), freeMilli: shares })
      .map((group) => [{ kind: 'gpu', ...group }]),
  ),
  numaCells: seldom(
    fc
      .array(fc.record({ cpuCoresUsed: fc.nat(3), memoryMibUsed: fc.nat(2048) }), {
        minLength: 2,
        maxLength: 2,
      })
      .map((cells) => cells.map((cell) => ({ cpuCores: 4, memoryMib: 4096, ...cell }))),
  ),
  labels: seldom(fc.constantFrom<Record<string, string>>({ disk: 'fast' }, {})),
  taints: rare(fc.constantFrom([{ key: 'gpu', value: 'yes', effect: 'refuse' as const }], [])),
  networks: rare(fc.constantFrom(['blue'], ['blue', 'red'])),
  jurisdiction: maybe(fc.constantFrom('eu', 'us')),
  costPerHour: maybe(fc.integer({ min: 1, max: 4 })),
  spotRisk: maybe(fc.constantFrom(0, 0.25, 0.5)),
  load: maybe(fc.record({ cpuRatio: fc.constantFrom(0, 0.5, 1), memoryRatio: fc.constant(0.25) })),
});

const labels = fc.constantFrom<Record<string, string>>({ tier: 'web' }, { tier: 'db' }, {});
const selectors = fc.constantFrom<PeerSelector>(
  { kind: 'group', group: 'g1' },
  { kind: 'group', group: 'g2' },
  { kind: 'labels', labels: { tier: 'web' } },
  { kind: 'labels', labels: { tier: 'db' } },
  { kind: 'vm', name: 'vm-0' },
);
const level = fc.constantFrom('node' as const, 'rack' as const, 'zone' as const);
const need = fc.constantFrom('required' as const, 'preferred' as const);

const affinity: fc.Arbitrary<AffinityTerm> = fc.record({
  rule: fc.constantFrom('apart' as const, 'apart' as const, 'together' as const),
  to: selectors,
  level,
  need,
});
const spread: fc.Arbitrary<SpreadTerm> = fc.record({
  of: selectors,
  level,
  maxSkew: fc.integer({ min: 1, max: 2 }),
  need,
});

const peers: fc.Arbitrary<Peer[]> = fc
  .array(
    fc.record({
      nodeId: fc.constantFrom(...NAMES).map(nodeIdOf),
      labels,
      group: maybe(fc.constantFrom('g1', 'g2')),
      apart: rare(
        affinity.map((term) => [{ ...term, rule: 'apart' as const, need: 'required' as const }]),
      ),
    }),
    { maxLength: 8 },
  )
  .map((all) => all.map((peer, at) => ({ ...peer, name: `vm-${at}` })));

const constraints: fc.Arbitrary<PlacementConstraints> = fc.record({
  node: rare(fc.constantFrom('n1', 'n2')),
  excludeNodes: rare(fc.constant(['n3', 'n4'])),
  zones: rare(fc.constantFrom(['a', 'b'], ['c'])),
  preferZones: rare(fc.constant(['b'])),
  preferNodes: rare(fc.constant(['n5', 'n6'])),
  nodeLabels: rare(fc.constant({ disk: 'fast' })),
  preferNodeLabels: rare(fc.constant({ disk: 'fast' })),
  tolerations: rare(fc.constant([{ key: 'gpu' }])),
  jurisdictions: rare(fc.constant(['eu'])),
  spotRiskMax: rare(fc.constant(0.25)),
  affinity: maybe(fc.array(affinity, { maxLength: 2 })),
  spread: maybe(fc.array(spread, { maxLength: 1 })),
});

const vms: fc.Arbitrary<VmRequest> = fc
  .record({
    cpu: fc.integer({ min: 1, max: 4 }),
    labels,
    group: maybe(fc.constantFrom('g1', 'g2')),
    pools: rare(fc.constant({ 'disk:ssd': 30 })),
    devices: rare(
      fc.constantFrom(
        [{ kind: 'gpu', count: 1, milli: 500 }],
        [{ kind: 'gpu', count: 2, milli: 1000 }],
        [{ kind: 'gpu', count: 1, milli: 1000, models: ['a'] }],
      ),
    ),
    numa: rare(fc.constantFrom('single' as const, 'prefer-single' as const)),
    pinning: rare(fc.constant('dedicated' as const)),
    networks: rare(fc.constant(['red'])),
    volumes: rare(
      fc.constantFrom<NonNullable<VmRequest['volumes']>>(
        [{ name: 'v1', zone: 'a', need: 'required' }],
        [{ name: 'v2', nodes: ['n1', 'n2', 'n3'], need: 'required' }],
      ),
    ),
    licences: rare(fc.constantFrom(['db'], ['os'])),
  })
  .map(({ cpu, ...rest }) => makeVm({ ...rest, name: 'new', ...amounts(cpu, cpu, cpu * 10) }));

const LICENCES = [
  { name: 'db', per: 'node', limit: 2, used: 0, nodes: ['n1', 'n7'] },
  { name: 'os', per: 'vm', limit: 5, used: 4, nodes: [] },
] as const;

/** Requests with every kind of rule, on fleets of up to nine nodes; not by `fragmentation`. */
export const richInputs: fc.Arbitrary<PlacementInput> = fc
  .record({
    nodes: fc.array(fc.tuple(nodes, fc.record({ cpu: fc.nat(3), gb: fc.nat(3) })), {
      maxLength: NAMES.length,
    }),
    vm: vms,
    peers,
    constraints,
    strategy: fc.constantFrom<PlacementInput['strategy']>(
      'balanced',
      'cost',
      'pack',
      'performance',
      'spread',
    ),
  })
  .map(({ nodes: values, ...rest }) =>
    makeInput({
      ...rest,
      licences: LICENCES,
      nodes: values.map(([node, share], at) =>
        makeNode(NAMES[at] ?? '', { ...node, used: useOf(node.capacity, share) }),
      ),
    }),
  );

/** Quarters, so that equal scores, full nodes and exact fits are frequent. */
function useOf(capacity: Amounts, share: { readonly cpu: number; readonly gb: number }): Amounts {
  return {
    cpuCores: Math.floor((capacity.cpuCores * share.cpu) / 4),
    memoryMib: Math.floor((capacity.memoryMib * share.gb) / 4),
    diskGb: Math.floor((capacity.diskGb * share.gb) / 4),
  };
}
