import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../test-kit/run-in-process.ts';
import { sampleId } from '../../../test-kit/sample-base.ts';
import { SAMPLES } from '../../../test-kit/samples.ts';
import { startFakeServer } from '../../../test-kit/start-fake-server.ts';

const BOMB = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 11 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`),
].join('\n');

const MISTAKES = `apiVersion: orchestration/v1
kind: Policy
metadata: { name: x }
spec:
  rules:
    - type: placement
      conditions:
        - { type: cel, expression: "labels.a == 1" }
      actions:
        - type: custom
          parameters: { operation: vm.migrat }
---
policies:
  - name: y
    rules: [{ minReplica: 3 }]
`;

const FILES = {
  'good.json': JSON.stringify({ policies: [{ name: 'a', rules: [{ minReplicas: 3 }] }] }),
  'bomb.yaml': BOMB,
  'broken.yaml': 'a: [1\n',
  'long.yaml': `# ${'x'.repeat(1_048_576)}`,
  'mistakes.yaml': MISTAKES,
  'mistakes.policy':
    'policy x\n  rule a: placement\n    when metrics.cpu > high\n    then alert m=1\n',
  'syntax.policy': 'policy x\n  rule a placement\n',
  'live.policy':
    'policy live\n  for vm where tier=web\n  rule up: auto_scaling\n' +
    '    when metrics.cpu_usage > 0.5\n    then scale direction=up count=1\n',
  'facts.yaml': 'resources:\n  - { name: web, metrics: { cpu: 0.5 } }\n',
  'facts-mistake.yaml': 'resources:\n  - name: web\n    metrics: { cpu: high }\n',
};

function simulate(...words: readonly string[]) {
  return runInProcess(['policy', 'simulate', ...words], { files: FILES });
}

test('without facts policies are checked, and shown with their defaults as JSON', async () => {
  expect(await simulate('good.json')).toMatchObject({ exitCode: 0, stdout: 'a: 1 rule\n' });
  const { stdout } = await simulate('good.json', '--output', 'json');
  expect(JSON.parse(stdout)[0].spec).toMatchObject({ enabled: true, priority: 0 });
});

test('with facts the plan is there as JSON, too', async () => {
  const { stdout } = await simulate('good.json', '--facts', 'facts.yaml', '--output', 'json');
  expect(JSON.parse(stdout).resources[0]).toMatchObject({
    resource: { type: 'vm', name: 'web' },
    actions: [{ policy: 'a', rule: 'minReplicas' }],
    conflicts: [],
  });
});

test.each([
  [
    'mistakes.yaml',
    'mistakes.yaml:8:36: spec.rules.0.conditions.0.expression ' +
      'no such overload: string == int (column 1)\n' +
      'mistakes.yaml:11:36: spec.rules.0.actions.0.parameters.operation ' +
      '"vm.migrat" is not an operation; did you mean vm.migrate?\n' +
      'mistakes.yaml:15:27: policies.0.rules.0.minReplica ' +
      'is not a known field; did you mean minReplicas?\n',
  ],
  ['bomb.yaml', 'bomb.yaml:1:1: uses anchors more than 100 times in all: write it out\n'],
  ['syntax.policy', 'syntax.policy:2:10: expected :, not placement\n'],
])('%s ends with its mistakes at their places', async (file, stdout) => {
  expect(await simulate(file)).toMatchObject({ exitCode: 1, stdout });
});

test('a mistake in the text form stands at its line', async () => {
  const { stdout } = await simulate('mistakes.policy');
  expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'mistakes.policy:3:5:',
    'mistakes.policy:4:5:',
    'mistakes.policy:4:5:',
    '',
  ]);
});

test('broken YAML and wrong facts are reported with their place', async () => {
  expect((await simulate('broken.yaml')).stdout).toMatch(/^broken[.]yaml:2:1: /);
  const { exitCode, stdout } = await simulate('good.json', '--facts', 'facts-mistake.yaml');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^facts-mistake[.]yaml:3:21: resources[.]0[.]metrics[.]cpu /);
});

test.each([
  [['gone.yaml'], 'cannot read the policies from gone.yaml'],
  [['good.json', '--facts', 'gone.yaml'], 'cannot read the facts from gone.yaml'],
  [['long.yaml'], 'long.yaml is longer than 1048576 characters'],
  [['-', '--facts', '-'], 'only one of FILE and --facts can be standard input'],
  [['good.json', '--at', 'soon'], 'Must be a time such as 2026-11-20T08:00:00Z.'],
])('%j is wrong usage', async (words, text) => {
  const { exitCode, stderr } = await simulate(...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(text);
});

const kept = (name: string) => ({
  apiVersion: 'orchestration/v1',
  kind: 'Policy',
  metadata: { name },
  spec: {
    rules: [{ name: 'r', type: 'custom', actions: [{ type: 'restart', parameters: {} }] }],
  },
});

const KEPT = [
  { ...SAMPLES.orchestration_policy[0], policy: kept('kept') },
  { ...SAMPLES.orchestration_policy[0], enabled: false, policy: kept('off') },
];

describe('the VMs of a server', () => {
  const [web, db] = SAMPLES.vm;
  const [webId, otherId] = [sampleId('vm'), sampleId('vm', 2)];
  const vms = [web, { ...web, id: otherId, name: 'web-02' }, db];
  const used = { cpu_cores: 3, cpu_cores_allocated: 4, memory_gb: 1, memory_gb_allocated: 8 };
  const unknown = { ...used, cpu_cores: null, memory_gb: null };
  const usage = {
    node: 'node-01',
    memory_available_gb: null,
    disk_read_bytes_per_s: null,
    disk_write_bytes_per_s: null,
    network_receive_bytes_per_s: null,
    network_transmit_bytes_per_s: null,
    rightsizing: null,
    history: [],
    measured_at: null,
  };

  async function simulateLive(handlers: Parameters<typeof startFakeServer>[0]) {
    const server = await startFakeServer(handlers);
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
    const argv = ['policy', 'simulate', 'live.policy', '--live'];
    const run = await runInProcess(argv, { files: FILES, env });
    await server.close();
    return { ...run, calls: server.calls.map(({ method, params }) => [method, params.id]) };
  }

  test('are asked about with their use, those that no policy selects without', async () => {
    const run = await simulateLive({
      'vm.list': () => ({ result: { items: vms, next_cursor: null } }),
      'vm.usage': ({ id }) => ({
        result: { name: 'web', ...usage, ...(id === webId ? used : unknown) },
      }),
    });
    expect(run.stderr).toBe('');
    const asked = run.calls.slice(1);
    expect(asked).toHaveLength(2);
    expect(asked).toEqual(
      expect.arrayContaining([
        ['vm.usage', webId],
        ['vm.usage', otherId],
      ]),
    );
    const lines = run.stdout.split('\n').map((line) => line.trim());
    expect(lines).toContain('metric holds: metrics.cpu_usage is 0.75, asked is gt 0.5');
    expect(lines).toContain('metric is unknown: metrics.cpu_usage is not known');
    expect(lines.filter((line) => line.startsWith('follows'))).toEqual([
      'follows: scale direction=up count=1, by policy "live", rule up',
    ]);
  });

  test('are asked about with the policies that the server keeps', async () => {
    const server = await startFakeServer({
      'vm.list': () => ({ result: { items: vms, next_cursor: null } }),
      'vm.usage': () => ({ result: { name: 'web', ...usage, ...used } }),
      'orchestration_policy.list': () => ({ result: { items: KEPT, next_cursor: null } }),
    });
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
    const argv = ['policy', 'simulate', '--stored', '--live'];
    const run = await runInProcess(argv, { files: FILES, env });
    await server.close();
    expect(run.stderr).toBe('');
    expect(run.stdout).toContain('policy "kept" selects it: it selects every vm');
    expect(run.stdout).not.toContain('policy "off"');
  });

  test('need a file, or the policies of the server', async () => {
    const { exitCode, stderr } = await simulate();
    expect(exitCode).toBe(2);
    expect(stderr).toContain("missing required argument 'file', or '--stored'");
  });

  test('cannot be asked about where the server refuses', async () => {
    const problem = {
      type: 'urn:novacron:problem:forbidden',
      title: 'Not allowed',
      status: 403,
      code: 'forbidden',
      detail: 'The role is too small.',
      remedy: 'Ask.',
      errors: [],
    };
    const run = await simulateLive({ 'vm.list': () => ({ problem }) });
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    expect(run.stderr).toContain('The role is too small.');
  });

  test('and those of a file are not asked about together', async () => {
    const { exitCode, stderr } = await simulate('good.json', '--facts', 'facts.yaml', '--live');
    expect(exitCode).toBe(2);
    expect(stderr).toContain("option '--live' cannot be used with option '--facts <file>'");
  });
});
