import { describe, expect, test } from '@jest/globals';
import { isOperationName } from '@novacron/contract/operations-table/operations';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { commandOf } from '../../arguments/command-table.ts';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { sampleId } from '../../test-kit/sample-base.ts';
import { SAMPLES, sampleAnswer } from '../../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';
import { manifestKinds } from './manifest.ts';

const NETWORK = 'net_01jd3v6t7re3h8z9k2m4n5p6q9';

const WEB = `
kind: vm
name: cliin-web
cpu_cores: 2
memory_gb: 4GB
disk_gb: 40
network: cliin-net
---
kind: network
name: cliin-net
cidr: 10.9.0.0/16
`;

const EXISTING = `
kind: vm
name: web-server-01
memory_gb: 8GB
metadata: { environment: production, tier: web }
`;

/** A network that is there once it has been created. */
function world(): FakeHandlers {
  const networks: object[] = [];
  return {
    'network.list': (params) => ({
      result: { items: params.name === 'cliin-net' ? networks : [], next_cursor: null },
    }),
    'network.create': (params) => {
      const answer = sampleAnswer('network.create', params);
      const resource = { ...Object(Object(answer).resource), id: NETWORK, name: 'cliin-net' };
      networks.push(resource);
      return { result: { ...Object(answer), resource } };
    },
  };
}

async function run(words: string, given: TestWorld & { readonly handlers?: FakeHandlers }) {
  const server = await startFakeServer(given.handlers ?? world());
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  const ran = await runInProcess(words.split(' '), { ...given, env });
  await server.close();
  const writes = server.calls.filter(({ method }) => /create|update|preview/.test(method));
  return { ...ran, writes: writes.map(({ method, params }) => [method, params]) };
}

describe('apply', () => {
  test('follows waves, and stops before the next one after a failure', async () => {
    const documents = (first: string) =>
      `kind: network\nname: cliin-net\nwave: 1\ncidr: 10.9.0.0/16\n---\n${first}`;
    const vm = 'kind: vm\nname: cliin-web\nwave: -1\ncpu_cores: 2\nmemory_gb: 4\ndisk_gb: 40\n';
    const files = { 'web.yaml': documents(vm) };
    const { writes } = await run('apply -f web.yaml', { files });
    expect(writes.map(([method]) => method)).toEqual(['vm.create', 'network.create']);
    const later = { 'web.yaml': documents(`${vm}network: cliin-net\n`) };
    expect((await run('apply -f web.yaml', { files: later })).stderr).toContain(
      'vm/cliin-web of wave -1 refers to network/cliin-net of the later wave 1',
    );
    const wrong = { 'web.yaml': vm.replace('-1', '1.5') };
    expect((await run('apply -f web.yaml', { files: wrong })).stderr).toContain(
      'web.yaml: wave must be a whole number from -100 to 100',
    );
    const refused = problem('no-capacity', { detail: 'No node has room.', remedy: 'Wait.' });
    const handlers = {
      ...world(),
      'vm.create': () => ({ problem: { ...toProblemDocument(refused) } }),
    };
    const stopped = await run('apply -f web.yaml', { files, handlers });
    expect(stopped.writes.map(([method]) => method)).toEqual(['vm.create']);
    expect(stopped.stderr).toContain('Later waves were not tried: wave -1 was not applied');
  });

  test('creates what others refer to first, with names and amounts', async () => {
    const files = { 'web.yaml': WEB };
    const { exitCode, stdout, writes } = await run('apply -f web.yaml', { files });
    expect(writes).toEqual([
      ['network.create', { name: 'cliin-net', cidr: '10.9.0.0/16' }],
      [
        'vm.create',
        { name: 'cliin-web', cpu_cores: 2, memory_gb: 4, disk_gb: 40, network_id: NETWORK },
      ],
    ]);
    expect(stdout).toBe('network/cliin-net created\nvm/cliin-web created\n');
    expect(exitCode).toBe(0);
  });

  test('reads a directory and standard input', async () => {
    const files = {
      'dir/b.yaml': EXISTING,
      'dir/a.json': '[]',
      'dir/notes.txt': 'x',
      '-': EXISTING,
    };
    const directory = await run('apply -f dir', { files });
    expect(directory.stdout).toBe('vm/web-server-01 unchanged\n');
    const piped = await run('apply -f -', { files });
    expect(piped.stdout).toBe('vm/web-server-01 unchanged\n');
    expect([...directory.writes, ...piped.writes]).toEqual([]);
  });

  test('updates only what differs, against the revision that was compared', async () => {
    const files = { 'a.yaml': `${EXISTING}cpu_cores: 8\ndescription: null\n` };
    const { stdout, writes } = await run('apply -f a.yaml', { files });
    expect(stdout).toBe('vm/web-server-01 updated (cpu_cores)\n');
    expect(writes).toEqual([
      ['vm.update', { id: 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', cpu_cores: 8, if_revision: 3 }],
    ]);
  });

  test('writes nothing in a dry run, and names what is not known yet', async () => {
    const files = { 'web.yaml': WEB };
    const { stdout, stderr, writes } = await run('apply -f web.yaml --dry-run', { files });
    expect(writes).toMatchObject([
      ['admission.preview', { operation: 'network.create' }],
      [
        'admission.preview',
        { operation: 'vm.create', input: { name: 'cliin-web' }, unknown: ['network_id'] },
      ],
    ]);
    expect(stdout).toContain('network/cliin-net would be created\n');
    expect(stdout).toContain('vm/cliin-web would be created\n');
    expect(stderr).toContain('Dry run: nothing was changed');
  });

  test('skips what refers to a document that failed, and tries the others', async () => {
    const refusal = problem('network-overlap', { detail: 'Taken.', remedy: 'Choose another.' });
    const handlers: FakeHandlers = {
      ...world(),
      'network.create': () => ({ problem: { ...toProblemDocument(refusal) } }),
    };
    const files = { 'web.yaml': `${WEB}---${EXISTING}` };
    const { exitCode, stdout, stderr } = await run('apply -f web.yaml', { files, handlers });
    expect(stdout).toBe(
      'network/cliin-net failed\nvm/web-server-01 unchanged\n' +
        'vm/cliin-web skipped: it refers to network/cliin-net\n',
    );
    expect(stderr).toContain('network/cliin-net:\nerror: The address range is taken');
    expect(stderr).toContain('2 of 3 were not applied\n');
    expect(exitCode).toBe(1);
  });

  test.each([
    ['kind: vmm\nname: a\n', 'there is no kind vmm; did you mean vm?'],
    ['name: a\n', 'kind is missing, such as kind: vm'],
    ['kind: vm\n', 'name is missing'],
    ['kind: model-settings\nname: a\n', 'model-settings has no name'],
    [
      'kind: model_settings\nprodution: {}\n',
      'model-settings: there is no field prodution; did you mean production?',
    ],
    [
      'kind: vm\nname: a\nmemory_bg: 4\n',
      'vm/a: there is no field memory_bg; did you mean memory_gb?',
    ],
    ['kind: vm\nname: [\n', 'bad.yaml: '],
    ['kind: vm\nname: a\n---\nkind: vms\nname: a\n', 'vm/a is described twice'],
    ['', 'no resources found in bad.yaml'],
    [
      'kind: vm\nname: a\nhealing: { start_after: [b] }\n---\n' +
        'kind: vm\nname: b\nhealing: { start_after: [a] }\n',
      'these resources refer to each other in a circle: vm/a, vm/b',
    ],
  ])('refuses %j', async (text, words) => {
    const { exitCode, stderr, writes } = await run('apply -f bad.yaml', {
      files: { 'bad.yaml': text },
    });
    expect(stderr).toContain(words);
    expect({ exitCode, writes }).toEqual({ exitCode: 2, writes: [] });
  });
});

describe('a server that is gone', () => {
  const files = { 'all.yaml': `${WEB}---${EXISTING}` };

  test('is named once, and nothing more is tried', async () => {
    const server = await startFakeServer();
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
    await server.close();
    const ran = await runInProcess(['apply', '-f', 'all.yaml'], { files, env });
    expect(ran.stderr.match(/^error: /gm)).toEqual(['error: ']);
    expect(ran.stderr).toContain(server.endpoint);
    expect(ran.stdout).toBe('network/cliin-net failed\n2 more not tried\n');
    expect(ran.exitCode).toBe(3);
  });

  test('leaves a report of what was applied before', async () => {
    const handlers = (): FakeHandlers => {
      return { ...world(), 'vm.list': () => ({ connection: 'closed' }) };
    };
    const done = await run('apply -f all.yaml', { files, handlers: handlers() });
    expect(done.stdout).toBe(
      'network/cliin-net created\nvm/web-server-01 failed\n1 more not tried\n',
    );
    expect(done.stderr.match(/^error: /gm)).toEqual(['error: ']);
    expect(done.exitCode).toBe(3);
    const parsed = await run('apply -f all.yaml -o json', { files, handlers: handlers() });
    expect(JSON.parse(parsed.stdout)).toMatchObject([
      { name: 'cliin-net', result: 'created' },
      { name: 'web-server-01', result: 'failed' },
      { name: 'cliin-web', result: 'skipped' },
    ]);
  });
});

describe('a write-only field', () => {
  const text = `${EXISTING}password_wo: cli-secret\npassword_wo_version: 2\n`;

  test('is sent when its version changes', async () => {
    const { stdout, writes } = await run('apply -f a.yaml', { files: { 'a.yaml': text } });
    expect(writes).toMatchObject([
      ['vm.update', { password_wo: 'cli-secret', password_wo_version: 2 }],
    ]);
    expect(stdout).toBe('vm/web-server-01 updated (password_wo_version)\n');
  });

  test('is not sent while its version is the same', async () => {
    const same = text.replace('password_wo_version: 2\n', '');
    const { stdout, writes } = await run('apply -f a.yaml', { files: { 'a.yaml': same } });
    expect({ stdout, writes }).toEqual({ stdout: 'vm/web-server-01 unchanged\n', writes: [] });
  });

  test.each(['table', 'json'])('is not shown by diff, as %s', async (format) => {
    const files = { 'b.yaml': text.replace('web-server-01', 'cliin-new') };
    const { stdout, exitCode } = await run(`diff -f b.yaml -o ${format}`, { files });
    expect(stdout).toContain('(write-only)');
    expect(stdout).not.toContain('cli-secret');
    expect(exitCode).toBe(1);
  });
});

describe('diff', () => {
  test('shows fields before and after, and ends with 1', async () => {
    const files = { 'a.yaml': `${EXISTING}cpu_cores: 8\n---${WEB}` };
    const { exitCode, stdout, stderr, writes } = await run('diff -f a.yaml', { files });
    expect(stdout).toBe(
      'vm/web-server-01\n- cpu_cores: 4\n+ cpu_cores: 8\n' +
        'network/cliin-net (new)\n+ cidr: 10.9.0.0/16\n' +
        'vm/cliin-web (new)\n+ cpu_cores: 2\n+ memory_gb: 4\n+ disk_gb: 40\n' +
        '+ network_id: cliin-net\n',
    );
    expect(stderr).toBe('3 of 3 resources differ from the server\n');
    expect({ exitCode, writes }).toEqual({ exitCode: 1, writes: [] });
  });

  test('says nothing where nothing differs, and ends with 2 where it cannot tell', async () => {
    const same = await run('diff -f a.yaml', { files: { 'a.yaml': EXISTING } });
    expect(same).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    const missing = await run('diff -f b.yaml', { files: {} });
    expect(missing.exitCode).toBe(2);
  });
});

test.each([
  ['uses too many aliases', `a: &a [x]\nb: [${'*a,'.repeat(200)}]\n`, 'Excessive alias count'],
  ['contains itself', 'kind: vm\nname: x\nmetadata: &a {b: *a}\n', 'a value contains itself'],
])('a document that %s is wrong usage, and nothing is sent', async (_what, text, reason) => {
  const ran = await run('apply -f bomb.yaml', { files: { 'bomb.yaml': text } });
  expect(ran).toMatchObject({ exitCode: 2, writes: [] });
  expect(ran.stderr).toContain(`bomb.yaml: ${reason}`);
});

describe('what show has written', () => {
  const kinds = new Map([...manifestKinds().values()].map((kind) => [kind.noun, kind]));
  const nouns = [...kinds].flatMap(([noun, { create }]) => (create === undefined ? [] : [noun]));
  const sampleOf = (noun: string) => Object.entries(SAMPLES).find(([key]) => key === noun)?.[1][0];

  test.each(nouns)('of a %s is no change, as YAML and as JSON', async (noun) => {
    const sample = sampleOf(noun);
    const get = `${noun}.get`;
    if (!isOperationName(get)) throw new Error(`there is no ${get}`);
    const { group, verb } = commandOf(get);
    const place = `${group} ${verb} ${Object(sample).id}`;
    for (const format of ['yaml', 'json']) {
      const shown = await run(`${place} -o ${format}`, { handlers: {} });
      const given = { files: { shown: shown.stdout }, handlers: {} };
      const applied = await run('apply -f shown', given);
      expect(applied).toMatchObject({ exitCode: 0, stderr: '', writes: [] });
      expect(applied.stdout).toMatch(/^.+ unchanged\n$/);
      expect(await run('diff -f shown', given)).toMatchObject({ exitCode: 0, stdout: '' });
    }
  });

  test.each(['model', 'drift', 'compliance', 'autonomous-decision'])(
    'of the settings of %s is no change once it names its kind',
    async (word) => {
      const { stdout } = await run(`${word} settings show -o yaml`, { handlers: {} });
      const noun = word === 'autonomous-decision' ? 'autonomy' : word;
      const given = { files: { shown: `kind: ${noun}-settings\n${stdout}` }, handlers: {} };
      const applied = await run('apply -f shown', given);
      expect(applied).toMatchObject({ exitCode: 0, stderr: '', writes: [] });
      expect(applied.stdout).toBe(`${noun}-settings unchanged\n`);
    },
  );

  test('of thresholds is applied with what was edited', async () => {
    const { stdout } = await run('model settings show -o yaml', { handlers: {} });
    const text = `kind: model_settings\n${stdout.replace('r2_min: 0.5', 'r2_min: 0.7')}`;
    const given = { files: { 'a.yaml': text }, handlers: {} };
    const planned = await run('apply -f a.yaml --dry-run', given);
    expect(planned.stdout).toBe('model-settings would be updated (production)\n');
    expect(planned.writes).toEqual([]);
    expect((await run('diff -f a.yaml', given)).stdout).toContain('+   r2_min: 0.7\n');
    const { stdout: done, writes } = await run('apply -f a.yaml', given);
    expect(done).toBe('model-settings updated (production)\n');
    const production = { improvement_min: 0.1, r2_min: 0.7, approval: 'another-person' };
    expect(writes).toEqual([['model_settings.update', { production }]]);
  });

  test('of a list is applied item by item, with what was edited', async () => {
    const { stdout } = await run('vm list -o yaml', {});
    const files = { shown: stdout.replace('cpu_cores: 4', 'cpu_cores: 6') };
    const applied = await run('apply -f shown', { files });
    expect(applied.writes).toEqual([
      ['vm.update', { id: sampleId('vm'), cpu_cores: 6, if_revision: 3 }],
    ]);
    expect(applied.stdout).toBe('vm/web-server-01 updated (cpu_cores)\nvm/db-01 unchanged\n');
  });

  test.each([
    [{ id: sampleId('vm'), name: 'a', cpu_coers: 1 }, 'there is no field cpu_coers'],
    [{ kind: 'network', id: sampleId('vm'), name: 'a' }, 'kind is network, but id is that of a vm'],
    [{ kind: 'vm', name: 'a', created_by: 'me' }, 'there is no field created_by'],
    [{ id: sampleId('node'), name: 'a' }, 'kind is missing, such as kind: vm'],
    [{ id: 7, name: 'a' }, 'kind is missing, such as kind: vm'],
  ])('is held to its kind: %j', async (value, message) => {
    const { exitCode, stderr } = await run('apply -f a.json', {
      files: { 'a.json': JSON.stringify(value) },
    });
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

test('the first key of a tenant is shown, which no later answer contains', async () => {
  const files = { 'a.yaml': 'kind: tenant\nname: cliin-tenant\n' };
  const handlers: FakeHandlers = {
    'tenant.list': () => ({ result: { items: [], next_cursor: null } }),
    'tenant.create': (params) => ({
      result: { ...sampleAnswer('tenant.create', params), secret: 'ncr_first' },
    }),
  };
  const { stdout } = await run('apply -f a.yaml', { files, handlers });
  expect(stdout).toBe('tenant/cliin-tenant created\n  secret: ncr_first\n');
  const json = await run('apply -f a.yaml -o json', { files, handlers });
  expect(JSON.parse(json.stdout)).toMatchObject([{ result: 'created', secret: 'ncr_first' }]);
});

describe('two runs at once', () => {
  const taken = problem('name-taken', { detail: 'It is there.', remedy: 'Choose another name.' });
  const changed = problem('revision-mismatch', { detail: 'It changed.', remedy: 'Read it again.' });
  const refusal = (found: typeof taken) => ({ problem: toProblemDocument(found, 'req_1') });
  const [sample] = SAMPLES.vm;
  const listed = (items: readonly object[]) => ({ result: { items, next_cursor: null } });

  test('a resource that the other one has created meanwhile is compared again', async () => {
    const { stdout, exitCode, writes } = await run('apply -f a.yaml', {
      files: { 'a.yaml': 'kind: vm\nname: web-server-01\ncpu_cores: 4\n' },
      handlers: {
        'vm.list': (_params, turn) => listed(turn === 0 ? [] : [sample]),
        'vm.create': () => refusal(taken),
      },
    });
    expect({ stdout, exitCode }).toEqual({ stdout: 'vm/web-server-01 unchanged\n', exitCode: 0 });
    expect(writes).toHaveLength(1);
  });

  test('a change of the other one is kept, but of fields of the document', async () => {
    const { stdout, writes } = await run('apply -f a.yaml', {
      files: { 'a.yaml': 'kind: vm\nname: web-server-01\ncpu_cores: 6\nmemory_gb: 16\n' },
      handlers: {
        'vm.get': (_params, turn) => ({
          result: turn === 0 ? sample : { ...sample, revision: 4, memory_gb: 16 },
        }),
        'vm.update': (params, turn) =>
          turn === 0 ? refusal(changed) : { result: sampleAnswer('vm.update', params) },
      },
    });
    expect(writes).toEqual([
      ['vm.update', { id: sample.id, cpu_cores: 6, memory_gb: 16, if_revision: 3 }],
      ['vm.update', { id: sample.id, cpu_cores: 6, if_revision: 4 }],
    ]);
    expect(stdout).toBe('vm/web-server-01 updated (cpu_cores)\n');
  });

  test('a name that stays taken is a failure, after a few attempts', async () => {
    const { stdout, exitCode, writes, stderr } = await run('apply -f a.yaml', {
      files: { 'a.yaml': 'kind: vm\nname: web-server-01\ncpu_cores: 6\n' },
      handlers: { 'vm.list': () => listed([]), 'vm.create': () => refusal(taken) },
    });
    expect({ stdout, exitCode }).toEqual({ stdout: 'vm/web-server-01 failed\n', exitCode: 1 });
    expect(stderr).toContain('It is there.');
    expect(writes).toHaveLength(5);
  });
});
