import { describe, expect, test } from '@jest/globals';
import { makeNode, makeVm } from '../../../../test/fleet.ts';
import type { AffinityTerm, Peer, PlacementRequest } from '../model/placement.ts';
import { checkCurrentNode } from './check-current-node.ts';

const nodes = ['n1', 'n2'].map((name) => makeNode(name));
const home = nodes[0]?.name ?? '';
const apart = (name: string): AffinityTerm => ({
  rule: 'apart',
  level: 'node',
  need: 'required',
  to: { kind: 'vm', name },
});
const askOf = (more: Partial<PlacementRequest['constraints']>, name = 'web'): PlacementRequest => ({
  vm: makeVm({ name }),
  constraints: more,
  strategy: 'balanced',
});
const peerOf = (name: string, more: Partial<Peer> = {}): Peer => ({
  nodeId: nodes[0]?.id as Peer['nodeId'],
  labels: {},
  name,
  ...more,
});

describe('checkCurrentNode', () => {
  const check = (before: PlacementRequest, after: PlacementRequest, peers: readonly Peer[] = []) =>
    checkCurrentNode({ before, after, nodes, peers, home });

  test('lets pass what breaks nothing', () => {
    expect(check(askOf({}), askOf({ affinity: [apart('db')] }))).toBeUndefined();
  });

  test('refuses a rule that is not so where the VM is, and names it', () => {
    const found = check(askOf({}), askOf({ affinity: [apart('db')] }), [peerOf('db')]);
    expect(found).toMatchObject({
      code: 'no-capacity',
      detail:
        'The VM web cannot be changed like this on its node n1. It would violate: apart ' +
        'from VM db by node (n1 has 1 of VM db in its node).',
      data: { node: 'n1', reasons: ['anti-affinity'] },
    });
  });

  test('refuses a name that another VM there must be apart from', () => {
    const peers = [peerOf('db', { apart: [apart('api')] })];
    expect(check(askOf({}), askOf({}, 'api'), peers)).toMatchObject({
      data: { reasons: ['unwelcome'] },
    });
  });

  test('does not hold what is broken already against another change', () => {
    const broken = askOf({ affinity: [apart('db')] });
    expect(check(broken, { ...broken, strategy: 'pack' }, [peerOf('db')])).toBeUndefined();
  });

  test('does not ask for room: the VM has it', () => {
    const large = { ...askOf({}), vm: makeVm({ name: 'web', cpuCores: 10_000 }) };
    expect(check(large, large)).toBeUndefined();
  });

  test('refuses an ask that contradicts itself', () => {
    const both = { rule: 'together', level: 'node', need: 'required' } as const;
    const to = { kind: 'vm', name: 'db' } as const;
    const found = check(askOf({}), askOf({ affinity: [apart('db'), { ...both, to }] }));
    expect(found?.code).toBe('validation-failed');
  });
});
