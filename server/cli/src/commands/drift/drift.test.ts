import { describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { sampleId } from '../../test-kit/sample-base.ts';
import { sampleAnswer } from '../../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';

type Values = Readonly<Record<string, unknown>>;

const [RECORD = {}] = (sampleAnswer('drift.report', {}) as { items: readonly Values[] }).items;

const field = (name: string, was: unknown, is: unknown) => ({
  field: name,
  was,
  is,
  wanted: was,
  drift_class: 'cost',
});

async function run(words: string, handlers: FakeHandlers, world: TestWorld = {}) {
  const server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const ran = await runInProcess(words.split(' '), { ...world, env });
  await server.close();
  return { ...ran, calls: server.calls };
}

const refused = (code: 'forbidden' | 'not-found' | 'resume-expired') => ({
  problem: { ...toProblemDocument(problem(code, { detail: 'why', remedy: 'what' })) },
});

const reporting = (...items: readonly Values[]): FakeHandlers => ({
  'drift.report': () => ({ result: { items } }),
});

describe('novacron drift baseline show', () => {
  test('takes the name of a resource of any kind', async () => {
    const found = { ...(sampleAnswer('vm.get', {}) as Values), name: 'only-here' };
    const { stderr, calls } = await run('drift baseline show only-here', {
      'vm.list': () => ({ result: { items: [found], next_cursor: null } }),
    });
    expect(stderr).toBe('');
    expect(calls.at(-1)).toMatchObject({
      method: 'drift_baseline.get',
      params: { id: (found as Values).id },
    });
  });
});

describe('novacron drift annotate', () => {
  const WEB = { address: 'novacron_vm.web', type: 'novacron_vm' };

  async function annotate(
    drifted: readonly Values[],
    change: Values,
    more: Values = {},
    resource = WEB,
  ) {
    const plan = {
      format_version: '1.2',
      resource_changes: [{ ...resource, mode: 'managed', name: 'web', change }],
    };
    const files = { 'plan.json': JSON.stringify(plan) };
    const record = { ...RECORD, ...more, fields: drifted };
    const line = 'drift annotate plan.json';
    return {
      text: (await run(line, reporting(record), { files })).stdout,
      value: JSON.parse((await run(`${line} --output json`, reporting(record), { files })).stdout),
    };
  }

  const at = (values: Values) => ({ id: sampleId('vm'), name: 'web', ...values });

  test.each([
    ['reverts', ['update'], { memory_gb: 16 }, { memory_gb: 8 }],
    ['keeps', ['no-op'], { memory_gb: 16 }, { memory_gb: 16 }],
    ['changes', ['update'], { memory_gb: 16 }, { memory_gb: 4 }],
    ['unaware', ['no-op'], { memory_gb: 8 }, { memory_gb: 8 }],
    ['replaces', ['delete', 'create'], { memory_gb: 16 }, { memory_gb: 8 }],
  ])('says that a plan %s what drifted', async (effect, actions, before, after) => {
    const change = { actions, before: at(before), after: at(after) };
    const { value } = await annotate([field('memory_gb', 8, 16)], change);
    const [found] = value.resources;
    expect(found.effects).toEqual([effect]);
    expect(found.fields[0]).toMatchObject({ was: 8, is: 16, wanted: after.memory_gb, effect });
  });

  test('says what a plan destroys, and what is not known until apply', async () => {
    const memory = field('memory_gb', 8, 16);
    const gone = { actions: ['delete'], before: at({ memory_gb: 16 }), after: null };
    expect((await annotate([memory], gone)).text).toContain(
      '| `memory_gb` | cost | `8` | `16` | (nothing) | destroys the resource |',
    );
    const later = {
      actions: ['update'],
      before: at({ memory_gb: 16 }),
      after: at({}),
      after_unknown: { memory_gb: true },
    };
    expect((await annotate([memory], later)).text).toContain('| (known after apply) | is known');
  });

  test('says what a plan of a VM group does to a member that has drifted', async () => {
    const drifted = [field('memory_gb', 8, 16), field('disk_gb', 10, 20)];
    const annotateGroup = async (known: readonly string[], actions: readonly string[]) => {
      const group = { id: sampleId('vm_group'), name: 'web', member_ids: [sampleId('vm')] };
      const before = { ...group, drifted_member_ids: known };
      const after = { ...group, drifted_member_ids: [] };
      const change = { actions, before, after };
      const type = 'novacron_vm_group';
      return annotate(drifted, change, {}, { type, address: `${type}.web` });
    };
    const { value, text } = await annotateGroup([sampleId('vm')], ['update']);
    expect(value.resources).toMatchObject([
      {
        address: 'novacron_vm_group.web',
        fields: [
          { was: 8, is: 16, wanted: 8, effect: 'reverts' },
          { was: 10, is: 20, wanted: 20, effect: 'keeps' },
        ],
      },
    ]);
    expect(text).toContain('## Drift: 1 of the 1 resource of this plan');
    const before = await annotateGroup([], ['no-op']);
    expect(before.value.resources[0].effects).toEqual(['unaware', 'keeps']);
  });

  test('finds labels by their keys, also those with dots', async () => {
    const drifted = [field('metadata.a.b', 'x', 'y'), field('metadata.new', null, 'z')];
    const before = at({ metadata: { 'a.b': 'y', new: 'z' } });
    const change = { actions: ['update'], before, after: at({ metadata: { 'a.b': 'x' } }) };
    const { value } = await annotate(drifted, change);
    expect(value.resources[0].effects).toEqual(['reverts']);
  });

  test('finds the elements of sets wherever they are', async () => {
    const [https, ssh] = [{ ports: '443' }, { ports: '22' }];
    const drifted = [
      field('firewall_rules[0]', https, null),
      field('firewall_rules[1]', null, ssh),
    ];
    const [before, after] = [at({ firewall_rules: [ssh] }), at({ firewall_rules: [https] })];
    const { value } = await annotate(drifted, { actions: ['update'], before, after });
    expect(value.resources[0].effects).toEqual(['reverts']);
  });

  test('prints no secret, nor what a plan does about one', async () => {
    const secret = field('user_data', '(sensitive)', '(sensitive)');
    const change = { actions: ['update'], before: at({ user_data: 'a' }), after: at({}) };
    const { text, value } = await annotate([secret], change);
    expect(value.resources[0].fields[0]).toMatchObject({ wanted: '(sensitive)' });
    expect(text).not.toContain('"a"');
  });

  test('shows what others wrote as it stands, whatever marks it has', async () => {
    const label = field('metadata.`|<b>', null, '@ann | `<script>`\n# x');
    const change = { actions: ['no-op'], before: at({}), after: at({}) };
    const { text } = await annotate([label], change);
    expect(text).toContain('`` "@ann \\| `<script>`\\n# x" ``');
  });

  test('says so in a line where nothing of the plan has drifted', async () => {
    const change = { actions: ['create'], before: null, after: at({}) };
    expect((await annotate([], change)).text).toBe(
      '## No drift in the 1 resource of this plan\n\n1 drifted resource outside this plan.\n',
    );
  });
});

test('a baseline that was changed behind the server is named, and ends with 2', async () => {
  const detail = 'The baseline of vm_1 is not the one that the audit log holds the hash of.';
  const tampered = { resource_kind: 'vm', resource_id: 'vm_1', deployment: 'shop', detail };
  const handlers = {
    'drift.report': () => ({ result: { items: [], tampered: [tampered, tampered] } }),
  };
  for (const words of ['drift report --fail-on info', 'drift show web-01', 'drift watch']) {
    const { stderr, exitCode } = await run(words, handlers);
    expect(stderr).toContain(`error: ${detail} (1 other likewise)\n`);
    expect(exitCode).toBe(2);
  }
});

test('a report of no drift says so', async () => {
  const { stdout, exitCode } = await run('drift report', reporting());
  expect({ stdout, exitCode }).toEqual({ stdout: 'No drift found.\n', exitCode: 0 });
});

describe('a report of many', () => {
  test('says what one hand did to several resources', async () => {
    const group = { cause: 'person/ann/cli', severity: 'high', summary: 'ann changed 2 resources' };
    const groups = [
      { ...group, resource_ids: ['vm_1', 'vm_2'] },
      { ...group, resource_ids: ['vm_3'] },
    ];
    const { stdout } = await run('drift report', {
      'drift.report': () => ({ result: { items: [], groups } }),
    });
    expect(stdout).toMatch(
      /\nby one cause:\nhigh: ann changed 2 resources \[person\/ann\/cli\]\n$/,
    );
  });

  const many = Array.from({ length: 400 }, (_, index) => ({
    ...RECORD,
    resource_id: sampleId('vm', index),
    resource_name: `web-${index}`,
    severity: index === 399 ? 'critical' : 'low',
  }));

  test('begins with the most severe, and explains ten in a table', async () => {
    const { stdout } = await run('drift report', reporting(...many));
    expect(stdout.split('\n')[1]).toMatch(/^critical +vm +web-399 /);
    expect(stdout.match(/has drifted/g)).toHaveLength(10);
    expect(stdout).toContain('\n390 more resources: run `novacron drift show RESOURCE` for one');
  });

  test('fits in a comment as Markdown, and says what is left out', async () => {
    const { stdout } = await run('drift report --output markdown', reporting(...many));
    expect(stdout.length).toBeLessThan(65_536);
    expect(stdout).toContain('\n… and 350 more, less severe.\n');
    expect(stdout).toMatch(/\n\d+ resources more: run `novacron drift report` for details/);
  });
});

describe('novacron drift show', () => {
  test('asks for the kind where a name stands for several', async () => {
    const network = { ...RECORD, resource_kind: 'network', resource_id: sampleId('net') };
    const { stderr, exitCode } = await run('drift show web-server-01', reporting(RECORD, network));
    expect(stderr).toContain(
      `web-server-01 is ambiguous (vm ${sampleId('vm')}, network ${sampleId('net')}): ` +
        'add --resource-kind',
    );
    expect(exitCode).toBe(2);
  });

  test('distinguishes an id that is clean from one that does not exist', async () => {
    const clean = await run(`drift show ${sampleId('vm')}`, reporting());
    expect([clean.stdout, clean.exitCode]).toEqual([`${sampleId('vm')} has not drifted\n`, 0]);
    const handlers = { ...reporting(), 'vm.get': () => refused('not-found') };
    const gone = await run(`drift show ${sampleId('vm', 9)}`, handlers);
    expect(gone.stderr).toContain('(not-found)');
    expect(gone.exitCode).toBe(2);
  });

  test.each([
    [
      'table',
      (reported: string) => expect(reported).toMatch(/^vm web is gone: deleted by ann\n {2}Apply/),
    ],
    [
      'json',
      (reported: string) => expect(JSON.parse(reported)).toMatchObject([{ severity: 'critical' }]),
    ],
    ['markdown', (reported: string) => expect(reported).toContain('| critical | `vm web` |')],
    ['sarif', (reported: string) => expect(reported).toContain('vm web is gone: deleted by ann')],
  ])(
    'reports a deleted resource as drift in %s, with the user who deleted it',
    async (format, expectText) => {
      const id = sampleId('vm', 9);
      const cause = { principal: 'ann', client: 'cli', request_id: 'req_1', at: RECORD.applied_at };
      const deleted = {
        resource_kind: 'vm',
        resource_id: id,
        resource_name: 'web',
        severity: 'critical',
        cause,
        explanation: ['vm web is gone: deleted by ann', 'Apply to create it again.'],
      };
      const handlers: FakeHandlers = {
        'drift.report': () => ({ result: { items: [], deleted: [deleted] } }),
        'vm.get': () => refused('not-found'),
      };
      const words = `drift show ${id} --fail-on high --output ${format}`;
      const { stdout, exitCode } = await run(words, handlers);
      expectText(stdout);
      expect(exitCode).toBe(1);
    },
  );
});

describe('novacron drift watch', () => {
  const event = (position: number) => ({
    id: sampleId('evt'),
    position,
    tenant_id: sampleId('tnt'),
    type: 'vm.updated',
    source: 'operations',
    target: sampleId('vm'),
    priority: 'normal',
    data: {},
    at: '2026-01-02T03:04:05.000Z',
  });
  const events = (last_position: number, ...positions: readonly number[]) => ({
    result: { items: positions.map(event), last_position },
  });

  /** Clean at first; drifted after the first event, mended after the second. */
  const LIFE: FakeHandlers = {
    'drift.report': (_params, turn) => ({ result: { items: turn === 1 ? [RECORD] : [] } }),
    'event.list': (_params, turn) =>
      turn === 0 ? events(7, 7) : turn > 2 ? events(9) : events(7 + turn, 7 + turn),
  };

  test('prints new drift and repaired drift, and requests a report only after events', async () => {
    let looks = 0;
    const interruptOn = ({ delayMs }: { delayMs?: number }) => delayMs === 1_000 && ++looks > 4;
    const { stdout, stderr, exitCode, calls } = await run('drift watch', LIFE, { interruptOn });
    expect(stdout).toMatch(
      /^vm web-server-01 has drifted \(medium\)[\s\S]+ is no longer drifted\n$/,
    );
    expect(stderr).toBe('Watching. 0 resources drifted.\ninterrupted\n');
    expect(exitCode).toBe(130);
    expect(calls.filter(({ method }) => method === 'drift.report')).toHaveLength(3);
    // From the newest event on, not through all that ever happened.
    const [first] = calls.filter(({ method }) => method === 'event.list');
    expect(first?.params).toEqual({ limit: 1, order: 'newest' });
    expect(calls.filter(({ params }) => params.after_position === 9).length).toBeGreaterThan(0);
  });

  test('writes a line a change as JSON, and ends with 1 at what is too severe', async () => {
    const words = 'drift watch --fail-on medium --output json --quiet --resource-kind vm';
    const { stdout, stderr, exitCode, calls } = await run(words, LIFE);
    expect(JSON.parse(stdout)).toMatchObject({ change: 'drifted', record: { severity: 'medium' } });
    expect([stderr, exitCode]).toEqual(['drift at or above medium: 1 resource\n', 1]);
    expect(calls.find(({ method }) => method === 'drift.report')?.params).toEqual({
      resource_kind: 'vm',
    });
  });

  test('ends with 0 when its time is up', async () => {
    const { exitCode, stdout } = await run('drift watch --for 2', reporting());
    expect([exitCode, stdout]).toEqual([0, '']);
  });

  test('requests a new report when events have been deleted meanwhile', async () => {
    const handlers: FakeHandlers = {
      ...LIFE,
      'event.list': (_params, turn) => (turn === 1 ? refused('resume-expired') : events(7 + turn)),
    };
    const { stdout, exitCode } = await run('drift watch --fail-on info', handlers);
    expect(stdout).toContain('has drifted (medium)');
    expect(exitCode).toBe(1);
  });

  test('ends with 2 when the server cannot tell', async () => {
    const handlers = { 'event.list': () => refused('forbidden') };
    const { exitCode } = await run('drift watch', handlers);
    expect(exitCode).toBe(2);
  });
});
