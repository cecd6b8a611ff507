import { describe, expect, test } from '@jest/globals';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Two rounds. */
const ROUNDS_MS = 31_000;
const MINUTE_MS = 60_000;

const policy = (kind: string, lines: string) => `policy p
  for ${kind}
  rule r: custom
    ${lines}
`;

describe('orchestration policies act', () => {
  const bench = useBench();

  const make = (document: string) => bench().expectOk('orchestration_policy.create', { document });

  const operations = async (kind: string) => {
    const { items } = await bench().expectOk('operation.list', { limit: 1000 });
    return items.filter((each) => each.kind === kind);
  };

  const events = async (type: string) => {
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    return items.filter((each) => each.type === type);
  };

  async function makeGroup(size: number) {
    const vm = { cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
    const { resource, operation } = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm,
      min_size: size,
      max_size: 4,
    });
    await bench().end(operation);
    return resource;
  }

  test('alert: an event, once each time that the rule comes to hold', async () => {
    const { id } = await makeVm(bench(), { metadata: { tier: 'web' } });
    await make(policy('vm where tier=web', 'then alert severity=critical message="look"'));
    await bench().advance(6 * MINUTE_MS);
    expect(await events('orchestration.alert')).toMatchObject([
      {
        source: 'policy',
        target: id,
        priority: 'critical',
        data: { policy: 'p', rule: 'r', message: 'look', severity: 'critical', name: 'web-01' },
      },
    ]);
  });

  test('scale: a group grows once a cooldown while the rule holds; records say why', async () => {
    const { id } = await makeGroup(1);
    await make(policy('vm_group', 'when metrics.size < 3\n    then scale direction=up count=1'));
    await bench().advance(ROUNDS_MS);
    await bench().endAll();
    expect(await bench().expectOk('vm_group.get', { id })).toMatchObject({ size: 2 });
    await bench().advance(6 * MINUTE_MS);
    await bench().endAll();
    expect(await bench().expectOk('vm_group.get', { id })).toMatchObject({ size: 3 });
    const scaled = await bench().expectOk('scaling_event.list', { limit: 1, group_id: id });
    const why = { group_id: id, trigger_type: 'policy', policy: 'p', rule: 'r' };
    expect(scaled.items).toMatchObject([{ ...why, from: 2, to: 3, prediction: null }]);
    const cursor = scaled.next_cursor ?? '';
    const before = await bench().expectOk('scaling_event.list', { cursor, group_id: id });
    expect(before.items).toMatchObject([{ ...why, from: 1, to: 2, metrics: { size: 1 } }]);
    const { items } = await bench().expectOk('audit.list', { limit: 1000 });
    expect(items.find(({ operation }) => operation === 'vm_group.scale')).toMatchObject({
      principal: 'policy:p',
    });
  });

  test('migrate: a VM moves to the zone that is wanted, and stays there', async () => {
    const { id, node } = await makeVm(bench());
    const { items: nodes } = await bench().expectOk('node.list', {});
    const home = nodes.find(({ name }) => name === node);
    const elsewhere = nodes.find(({ zone }) => zone !== home?.zone)?.zone;
    await make(policy('vm', `then migrate zone=${elsewhere}`));
    await bench().advance(ROUNDS_MS);
    await bench().endAll();
    const moved = await bench().expectOk('vm.get', { id });
    expect(nodes.find(({ name }) => name === moved.node)?.zone).toBe(elsewhere);
    expect(await operations('vm.migrate')).toMatchObject([
      { created_by: 'policy:p', status: 'succeeded' },
    ]);
  });

  test('migrate: an evacuation moves no VM to another node that is evacuated', async () => {
    const metadata = { tier: 'web' };
    const first = await makeVm(bench(), { metadata });
    const apart = { anti_affinity: [{ vm: first.name }] };
    const second = await makeVm(bench(), { name: 'web-02', metadata, placement: apart });
    const left = [first.node, second.node];
    expect(new Set(left).size).toBe(2);
    const packed = { strategy: 'pack' } as const;
    for (const { id } of [first, second]) {
      const { operation } = await bench().expectOk('vm.update', { id, placement: packed });
      await bench().end(operation);
    }
    await make(policy('vm where tier=web', 'then migrate goal=evacuate'));
    await bench().advance(ROUNDS_MS);
    await bench().endAll();
    for (const { id } of [first, second]) {
      const { node } = await bench().expectOk('vm.get', { id });
      expect(left).not.toContain(node);
    }
    expect(await operations('vm.migrate')).toHaveLength(2);
  });

  test('restart: the most urgent begins first', async () => {
    const tiers = ['low', 'normal', 'immediate', 'high'] as const;
    for (const tier of tiers) {
      const { name } = await makeVm(bench(), { name: tier, metadata: { tier } });
      expect(name).toBe(tier);
    }
    const rules = tiers.map(
      (tier) => `policy ${tier}
  for vm where tier=${tier}
  rule r: custom
    then restart mode=force priority=${tier}
`,
    );
    for (const rule of rules) await make(rule);
    await bench().advance(ROUNDS_MS);
    await bench().endAll();
    const begun = (await operations('vm.start')).sort((one, other) => (one.id < other.id ? -1 : 1));
    expect(begun.map(({ target_name }) => target_name)).toEqual([
      'immediate',
      'high',
      'normal',
      'low',
    ]);
  });

  test('restart: one operation stops and starts the VM', async () => {
    const { id } = await makeVm(bench(), { metadata: { tier: 'web' } });
    await make(policy('vm where tier=web', 'then restart mode=force'));
    await bench().advance(ROUNDS_MS);
    await bench().endAll();
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ status: 'running' });
    const [operation, ...more] = await operations('vm.start');
    expect(more).toEqual([]);
    expect(operation?.steps.map(({ name }) => name)).toEqual(['stop', 'start']);
  });

  test('custom: a named operation, with the id of the resource', async () => {
    const { id } = await makeVm(bench());
    const document = `apiVersion: orchestration/v1
kind: Policy
metadata: { name: p }
spec:
  rules:
    - type: custom
      actions:
        - { type: custom, parameters: { operation: vm.stop, input: { force: "yes" } } }
`;
    await make(document);
    await bench().advance(ROUNDS_MS);
    await bench().endAll();
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ status: 'stopped' });
  });

  test('what was refused is reported by an event, and tried again ever more seldom', async () => {
    await makeVm(bench());
    await make(policy('vm', 'then migrate node=nowhere'));
    await bench().advance(4 * MINUTE_MS);
    expect(await events('orchestration.refused')).toMatchObject([
      { data: { policy: 'p', action: 'migrate', detail: expect.stringContaining('nowhere') } },
    ]);
    await bench().advance(60 * MINUTE_MS);
    // After 5, 15 and 35 minutes; the next one is due after 75.
    expect(await events('orchestration.refused')).toHaveLength(4);
  });

  test('what was refused for a lost node begins once the node is back', async () => {
    const vm = await makeVm(bench());
    const node = String(vm.node);
    await bench().fleet.stopAgent(node);
    await bench().advance(MINUTE_MS);
    await make(policy('vm', 'then restart'));
    await bench().advance(MINUTE_MS);
    expect(await events('orchestration.refused')).toMatchObject([
      { data: { detail: expect.stringContaining(`Node ${node} is lost`) } },
    ]);
    bench().fleet.restartAgent(node);
    await bench().advance(6 * MINUTE_MS);
    expect(await events('orchestration.refused')).toHaveLength(1);
    const { items } = await bench().expectOk('operation.list', { limit: 1_000 });
    expect(items.filter(({ kind }) => kind === 'vm.start')).toMatchObject([
      { status: 'succeeded' },
    ]);
  });

  test('a server that was started again does not begin what has begun', async () => {
    await makeVm(bench());
    await make(policy('vm', 'then alert message="once"'));
    await bench().advance(ROUNDS_MS);
    await bench().restartServer();
    await bench().advance(ROUNDS_MS);
    expect(await events('orchestration.alert')).toHaveLength(1);
  });

  test.each([
    [
      'then webhook url="https://hooks.example/x"',
      'The policy has actions that this server does not run: rule r: webhooks to ' +
        'hooks.example are not ' +
        "allowed: it is not in the server's setting webhook-hosts.",
    ],
    [
      'then custom operation=api_key.create',
      'The policy has actions that this server does not run: ' +
        'rule r: api_key.create is not for custom actions.',
    ],
  ])('%s is refused', async (action, detail) => {
    const document = policy('vm', action);
    const refused = await bench().expectProblem('orchestration_policy.create', { document });
    expect(refused).toMatchObject({ code: 'validation-failed', detail });
  });
});
