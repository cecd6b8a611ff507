import { expect, test } from '@jest/globals';
import type { PlacementStrategy } from '@novacron/engine/placement/place/model/placement';
import { describeFailoverRisk } from './find-failover-risk.ts';

const node = (name: string, storage?: object) => ({
  name,
  facts_json: storage === undefined ? null : JSON.stringify({ storage }),
});
const local = (name: string) => node(name, { pool: `of-${name}`, sharing: 'local' });
const shared = (name: string, pool = 'rack') => node(name, { pool, sharing: 'shared' });
const vmOn = (name: string, strategy: PlacementStrategy = 'failover') => ({
  ask: { vm: { name: 'db' }, strategy },
  node: name,
});

test.each([
  ['says nothing of storage', [node('a'), local('b')]],
  ['shares its storage with another node', [shared('a'), shared('b')]],
])('a VM on a node that %s may fail over', (_case, nodes) => {
  expect(describeFailoverRisk([vmOn('a')], nodes)).toBeUndefined();
});

test('a VM on local storage cannot, unless it does not ask for it', () => {
  const nodes = [local('a'), shared('b'), shared('c')];
  expect(describeFailoverRisk([vmOn('a', 'balanced'), vmOn('b')], nodes)).toBeUndefined();
  expect(describeFailoverRisk([vmOn('a')], nodes)).toBe(
    'Another node is to take over when one fails (`placement.strategy` or `on_node_loss`). The ' +
      'root disk is in storage that no other node reaches: db on a. If that node fails, the VM ' +
      'waits for it. Place it on a node with shared storage, such as b, c, or do not ask for it.',
  );
  const mixed = vmOn('a', { mix: { failover: 1, pack: 2 } });
  expect(describeFailoverRisk([mixed], nodes)).toContain('db on a');
  const unused = vmOn('a', { mix: { failover: 0, pack: 2 } });
  expect(describeFailoverRisk([unused], nodes)).toBeUndefined();
});

test('a VM that is to be restarted elsewhere cannot be either, whatever its strategy', () => {
  const nodes = [local('a'), shared('b'), shared('c')];
  const healed = (on_node_loss: 'wait' | 'restart') =>
    describeFailoverRisk(
      [
        {
          ...vmOn('a', 'pack'),
          healing: {
            restart: null,
            attempts: null,
            health_check: null,
            restart_command: null,
            on_node_loss,
            standby: null,
            stop_when_isolated: null,
            start_after: null,
            grow_to: null,
          },
        },
      ],
      nodes,
    );
  expect(healed('restart')).toContain('no other node reaches: db on a.');
  expect(healed('wait')).toBeUndefined();
});

test('a storage that is called shared has to be seen from another node', () => {
  const alone = [shared('a'), shared('b', 'other'), local('c')];
  expect(describeFailoverRisk([vmOn('a')], alone)).toContain('novacron agent --storage shared');
});

test('many VMs are counted', () => {
  const places = ['a', 'b', 'c', 'd', 'e'].map((name) => vmOn(name));
  const risk = describeFailoverRisk(
    places,
    places.map(({ node: name }) => local(name)),
  );
  expect(risk).toContain('reaches: db on a, db on b, db on c and 2 more. If');
});
