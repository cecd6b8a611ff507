/** Values that command line flags send: amounts, names, objects and labels. */
import { describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess, type TestWorld } from '../test-kit/run-in-process.ts';
import { sampleAnswer } from '../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../test-kit/start-fake-server.ts';

const VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
const NETWORK = 'net_01jd3v6t7re3h8z9k2m4n5p6q7';

async function send(
  words: readonly string[],
  world: TestWorld & { readonly handlers?: FakeHandlers } = {},
) {
  const server = await startFakeServer(world.handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  const { exitCode, stderr } = await runInProcess([...words, '--no-wait'], { ...world, env });
  await server.close();
  const sent = (method: string) =>
    server.calls.filter((call) => call.method === method).map(({ params }) => params);
  return { exitCode, stderr, sent, methods: server.calls.map(({ method }) => method) };
}

const CREATE = ['vm', 'create', 'cliin-web', '--cpu-cores', '2'];

describe('amounts with their units', () => {
  test('are sent in the unit of the field', async () => {
    const { sent } = await send([...CREATE, '--memory-gb', '512MB', '--disk-gb', '1TB']);
    expect(sent('vm.create')).toMatchObject([{ memory_gb: 0.5, disk_gb: 1024 }]);
  });

  test('are sent as members and settings', async () => {
    const words = ['tenant', 'update', 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7'];
    const server = await startFakeServer();
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
    await runInProcess([...words, '--quotas', 'volume_gb=2TB'], { env });
    const create = ['price-list', 'create', 'cliin-prices', '--currency', 'EUR'];
    await runInProcess([...create, '--volume-gb', 'ssd=0.0002'], { env });
    await server.close();
    const update = server.calls.find(({ method }) => method === 'tenant.update');
    expect(update?.params).toMatchObject({ quotas: { volume_gb: 2048 } });
    const prices = server.calls.find(({ method }) => method === 'price_list.create');
    expect(prices?.params).toMatchObject({ volume_gb: { ssd: 0.0002 } });
  });

  test.each([
    [['--memory-gb', '2h'], 'Must be a number of GB, or an amount such as 8GB, 8GiB or 512MB.'],
    [['--disk-gb', '512MB'], 'Must be a whole number of GB.'],
    [['--cpu-cores', '2GB'], 'Must be a number.'],
  ])('%j is refused', async (flags, words) => {
    const { exitCode, stderr } = await send([...CREATE, ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });

  test('durations are accepted where seconds, hours or a moment are meant', async () => {
    const hour = ['--cpu-cores', '1', '--memory-gb', '1', '--disk-gb', '9', '--ttl-seconds', '1h'];
    const reservation = await send(['reservation', 'create', 'cliin-r', ...hour]);
    expect(reservation.sent('reservation.create')).toMatchObject([{ ttl_seconds: 3600 }]);
    const policy = ['policy', 'update', 'pol_01jd3v6t7re3h8z9k2m4n5p6q7'];
    const { sent } = await send([...policy, '--active-from', '7d']);
    expect(sent('policy.update')).toMatchObject([{ active_from: '2026-01-09T03:04:05.000Z' }]);
  });
});

describe('names', () => {
  test('are accepted in lists of ids, and --network is --network-id', async () => {
    const flags = ['--network', 'production-network', '--security-groups', 'web'];
    const { sent } = await send([...CREATE, ...flags]);
    expect(sent('vm.create')).toMatchObject([
      { network_id: NETWORK, security_groups: ['sg_01jd3v6t7re3h8z9k2m4n5p6q7'] },
    ]);
  });

  test('are accepted in filters, several at once', async () => {
    const server = await startFakeServer();
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
    await runInProcess(['vm', 'list', '--network', `production-network,${NETWORK}`], { env });
    await server.close();
    const list = server.calls.find(({ method }) => method === 'vm.list');
    expect(list?.params).toMatchObject({ network_id: [NETWORK, NETWORK] });
  });

  test('are accepted in members of objects', async () => {
    const { sent } = await send([...CREATE, '--healing', 'start_after=web-server-01']);
    expect(sent('vm.create')).toMatchObject([{ healing: { start_after: [VM] } }]);
  });
});

describe('flags of objects', () => {
  const GROUP = ['security-group', 'create', 'cliin-ssh'];

  test('make rules of name=value, with the peer by from and to', async () => {
    const { sent } = await send([
      ...GROUP,
      '--rule',
      'protocol=tcp,ports=22,from=10.0.0.0/8',
      '--rule',
      'protocol=tcp,ports=5432,to=web,description=data, of all',
      '--rule',
      'protocol=icmp,from=self',
    ]);
    expect(sent('security_group.create')).toMatchObject([
      {
        rules: [
          {
            direction: 'ingress',
            action: 'allow',
            protocol: 'tcp',
            ports: '22',
            cidr: '10.0.0.0/8',
          },
          {
            direction: 'egress',
            action: 'allow',
            protocol: 'tcp',
            ports: '5432',
            group_id: 'sg_01jd3v6t7re3h8z9k2m4n5p6q7',
            description: 'data, of all',
          },
          { direction: 'ingress', action: 'allow', protocol: 'icmp', group_id: 'self' },
        ],
      },
    ]);
  });

  test.each(['rules.yaml', '@rules.yaml', '-'])('read all of them from %s', async (path) => {
    const text =
      'rules:\n  - ' +
      '{ direction: ingress, action: allow, protocol: tcp, ports: all, cidr: 10.0.0.0/8 }\n';
    const files = { 'rules.yaml': text, '-': text };
    const { sent } = await send([...GROUP, '--rules', path], { files });
    const rule = {
      direction: 'ingress',
      action: 'allow',
      protocol: 'tcp',
      ports: 'all',
      cidr: '10.0.0.0/8',
    };
    expect(sent('security_group.create')).toMatchObject([{ rules: [rule] }]);
  });

  test('give members of objects', async () => {
    const { sent } = await send([
      ...CREATE,
      '--health-check',
      'type=tcp,port=22,interval=10s',
      '--device',
      'kind=gpu,count=2',
      '--healing',
      'attempts=5',
    ]);
    expect(sent('vm.create')).toMatchObject([
      {
        healing: { attempts: 5, health_check: { kind: 'tcp', port: 22, interval: '10s' } },
        requirements: { devices: [{ kind: 'gpu', count: 2 }] },
      },
    ]);
  });

  test('read a whole object from a file', async () => {
    const files = { 'healing.yaml': 'attempts: 7\n' };
    const { sent } = await send([...CREATE, '--healing', '@healing.yaml'], { files });
    expect(sent('vm.create')).toMatchObject([{ healing: { attempts: 7 } }]);
  });

  test.each([
    [['--rule', 'protocoll=tcp'], 'There is no protocoll. Did you mean protocol?'],
    [['--rule', 'tcp'], 'Use the form name=value,name=value with the names direction,'],
    [['--rule', 'protocol=tcq'], 'protocol must be one of tcp, udp, icmp, any.'],
    [['--rules', '[]', '--rule', 'protocol=tcp'], '--rules and --rule cannot be used together'],
    [['--rules', '[{'], 'Must be valid JSON.'],
    [['--rules', 'missing.yaml'], 'cannot read the rules from missing.yaml: it does not exist'],
  ])('%j is refused', async (flags, words) => {
    const { exitCode, stderr } = await send([...GROUP, ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('labels', () => {
  test('are set beside the others, against the revision that was read', async () => {
    const { sent } = await send(['vm', 'update', VM, '--label', 'team=a', '--label', 'tier-']);
    expect(sent('vm.update')).toEqual([
      { id: VM, metadata: { environment: 'production', team: 'a' }, if_revision: 3 },
    ]);
  });

  test('of two people are both there: a write that came too late is merged again', async () => {
    const found = (revision: number, metadata: object) => ({
      result: { ...sampleAnswer('vm.get', {}), revision, metadata },
    });
    const handlers: FakeHandlers = {
      'vm.get': (_params, turn) =>
        turn === 0 ? found(3, { tier: 'web' }) : found(4, { tier: 'web', owner: 'bea' }),
      'vm.update': (params, turn) =>
        turn === 0
          ? {
              problem: {
                ...toProblemDocument(
                  problem('revision-mismatch', { detail: 'It changed.', remedy: 'Read it.' }),
                ),
              },
            }
          : { result: sampleAnswer('vm.update', params) },
    };
    const words = ['vm', 'update', VM, '--label', 'team=a'];
    const { sent, exitCode } = await send(words, { handlers });
    expect(exitCode).toBe(0);
    expect(sent('vm.update').at(-1)).toEqual({
      id: VM,
      metadata: { tier: 'web', owner: 'bea', team: 'a' },
      if_revision: 4,
    });
    const once = await send([...words, '--if-revision', '3'], { handlers });
    expect(once.exitCode).toBe(1);
    expect(once.sent('vm.update')).toHaveLength(1);
  });

  test('are cleared when the last one is removed', async () => {
    const flags = ['--label', 'tier-', '--label', 'environment-'];
    const { sent } = await send(['vm', 'update', VM, ...flags]);
    expect(sent('vm.update')).toMatchObject([{ metadata: null }]);
  });

  test('can be given to what is created', async () => {
    const { sent, methods } = await send([...CREATE, '--label', 'tier=web', '--label', 'a=']);
    expect(sent('vm.create')).toMatchObject([{ metadata: { tier: 'web', a: '' } }]);
    expect(methods).toEqual(['vm.create']);
  });

  test.each([[['--label', 'tier'], 'Use the form name=value, or name- to remove the label.']])(
    '%j is refused',
    async (flags, words) => {
      const { exitCode, stderr } = await send(['vm', 'update', VM, ...flags]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(words);
    },
  );
});

test('null is not stored as a text; --unset clears the field', async () => {
  const refused = await send(['vm', 'update', VM, '--description', 'null']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('--unset description clears the field.');
  const { sent } = await send(['vm', 'update', VM, '--unset', 'description']);
  expect(sent('vm.update')).toMatchObject([{ description: null }]);
});

describe('a flag that takes JSON', () => {
  test.each([['in.json'], ['@in.json'], ['{"vm": "web-1"}']])('takes %s', async (given) => {
    const words = ['workflow', 'run', 'wf_01jd3v6t7re3h8z9k2m4n5p6q7', '--inputs', given];
    const { sent } = await send(words, { files: { 'in.json': '{"vm": "web-1"}' } });
    expect(sent('workflow.run')).toMatchObject([{ inputs: { vm: 'web-1' } }]);
  });
});
