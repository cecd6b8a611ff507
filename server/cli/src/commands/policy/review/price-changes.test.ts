/** What a plan costs, in a review. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../../test-kit/run-in-process.ts';
import { sampleAnswer } from '../../../test-kit/samples.ts';
import { type FakeServer, startFakeServer } from '../../../test-kit/start-fake-server.ts';

const VM = { cpu_cores: 4, memory_gb: 8, disk_gb: 100 };

function change(address: string, actions: readonly string[], values: object) {
  const [type, name] = address.split('.');
  return { address, mode: 'managed', type, name, change: { actions, ...values } };
}

const stored = (name: string, cost_per_hour: number) => ({
  ...VM,
  id: `vm_${name}`,
  name,
  cost_per_hour,
});

const group = { name: 'shop', min_size: 1, max_size: 4, vm: VM };

const PLAN = [
  change('novacron_vm.web', ['create'], {
    before: null,
    after: { ...VM, name: 'web', placement_preview: { cost_per_hour: 0.06 } },
    after_unknown: { network_id: true },
  }),
  change('novacron_vm.db', ['update'], {
    before: stored('db', 0.1),
    after: { ...stored('db', 0.1), cpu_cores: 8 },
  }),
  change('novacron_vm.old', ['delete'], { before: stored('old', 0.3), after: null }),
  change('novacron_vm.next', ['delete', 'create'], {
    before: stored('next', 0.2),
    after: { ...VM, name: 'next' },
  }),
  change('novacron_vm.same', ['no-op'], { before: stored('same', 1), after: stored('same', 1) }),
  change('novacron_vm_group.shop', ['create'], { before: null, after: group }),
  change('novacron_storage.data', ['create'], {
    before: null,
    after: { name: 'data', size_gb: 10, type: 'ssd' },
  }),
  change('novacron_network.lan', ['create'], { before: null, after: { name: 'lan' } }),
];

/** Costs before, after and at most by operation and resource. */
const COSTS: Readonly<Record<string, readonly (number | null)[]>> = {
  // The server, which knows nothing of the other VMs of the plan, would place it elsewhere.
  'vm.create web': [0, 0.09, null],
  'vm.update vm_db': [0.1, 0.15, null],
  'vm.delete vm_old': [0.3, 0, null],
  'vm.delete vm_next': [0.2, 0, null],
  'vm.create next': [0, 0.2, null],
  'vm_group.create shop': [0, 0.1, 0.4],
};

let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer({
    'admission.preview': ({ operation, input }) => {
      const { id, name } = Object(input);
      const found = COSTS[`${operation} ${id ?? name}`];
      const [per_hour_before, per_hour_after, per_hour_max] = found ?? [];
      const budget = { name: 'research', limit_per_hour: 2, left_per_hour: 0.7 };
      const run_per_hour = Number(per_hour_after) - Number(per_hour_before);
      const amounts = { per_hour_before, per_hour_after, per_hour_max, run_per_hour };
      const cost = found === undefined ? null : { currency: 'EUR', ...amounts, budget };
      return { result: { ...sampleAnswer('admission.preview', {}), cost } };
    },
  });
});
afterEach(() => server.close());

function review(format: string, changes: readonly object[] = PLAN) {
  const files = {
    'plan.json': JSON.stringify({ format_version: '1.2', resource_changes: changes }),
    'rules/a.rego': 'package a\n\ndeny contains "never" if false\n',
  };
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const words = ['--plan', 'plan.json', '--policies', 'rules', '--cost', '--format', format];
  return runInProcess(['policy', 'review', ...words], { files, env });
}

describe('the cost of a plan', () => {
  test('has a line for each resource, their sum, and what a budget leaves', async () => {
    const { stdout, exitCode } = await review('text');
    expect(stdout).toBe(
      [
        'cost: -0.09 to +0.21 EUR/h, before 1.6 EUR/h, after 1.51 to 1.81 EUR/h',
        '  novacron_vm.web: +0.06 EUR/h, before 0 EUR/h, after 0.06 EUR/h',
        '  novacron_vm.db: +0.05 EUR/h, before 0.1 EUR/h, after 0.15 EUR/h',
        '  novacron_vm.old: -0.3 EUR/h, before 0.3 EUR/h, after 0 EUR/h',
        '  novacron_vm_group.shop: +0.1 to +0.4 EUR/h, before 0 EUR/h, after 0.1 to 0.4 EUR/h',
        'budget research: 0.76 EUR/h of 2 EUR/h left after the plan, 0.7 EUR/h before',
        '1 resource has no known price: novacron_storage.data',
        '7 changes evaluated against 1 policies; 0 errors, 0 warnings',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(0);
  });

  test('is asked for with the changed fields, and those that are not known', async () => {
    await review('text');
    const asked = server.calls.map(({ params }) => params);
    expect(asked.slice(0, 3)).toEqual([
      { operation: 'vm.create', input: { ...VM, name: 'web' }, unknown: ['network_id'] },
      { operation: 'vm.update', input: { id: 'vm_db', cpu_cores: 8 }, unknown: [] },
      { operation: 'vm.delete', input: { id: 'vm_old' } },
    ]);
  });

  test('is in a comment, an annotation and an answer for programs', async () => {
    const { stdout: markdown } = await review('markdown');
    expect(markdown).toContain('\n### Cost\n\n-0.09 to +0.21 EUR/h, before 1.6 EUR/h');
    expect(markdown).toContain(
      '| `novacron_vm.web` | +0.06 EUR/h, before 0 EUR/h, after 0.06 EUR/h |',
    );
    const { stdout: github } = await review('github');
    expect(github).toContain('::notice title=Cost of the plan::cost: -0.09 to +0.21 EUR/h');
    const { cost } = JSON.parse((await review('json')).stdout);
    expect(cost).toMatchObject({
      currency: 'EUR',
      per_hour_before: 1.6,
      per_hour_after: 1.51,
      per_hour_max: 1.81,
      unknown: ['novacron_storage.data'],
      budget: { name: 'research', left_per_hour: 0.7, left_after: 0.76 },
    });
  });

  test.each([
    ['nothing is changed', PLAN.slice(4, 5), 'cost: unchanged\n'],
    ['no price is known', PLAN.slice(6), 'cost: no known change\n1 resource has no known price'],
  ])('has no sum where %s', async (_what, changes, text) => {
    expect((await review('text', changes)).stdout).toContain(text);
  });

  test('is refused where a format has no place for it', async () => {
    const { stderr, exitCode } = await review('junit');
    expect(stderr).toContain("option '--cost' goes with --format text, json, markdown, github");
    expect(exitCode).toBe(2);
  });
});
