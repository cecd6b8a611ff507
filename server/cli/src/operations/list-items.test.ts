/** Lists: filters, sorting, columns, empty results, and what the server is asked. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';
import { sampleId } from '../test-kit/sample-base.ts';
import { SAMPLES, sampleDocument } from '../test-kit/samples.ts';
import { splitWords } from '../test-kit/split-words.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from '../test-kit/start-fake-server.ts';

const [SAMPLE] = SAMPLES.vm;

const VMS = [
  { ...SAMPLE, name: 'web-2', metadata: { a: '1' }, created_at: '2026-01-01T00:00:00.000Z' },
  { ...SAMPLE, name: 'web-10', status: 'unknown', cpu_cores: 16, node: null, metadata: {} },
  {
    ...SAMPLE,
    name: 'db',
    status: 'stopped',
    node: 'node-04',
    created_at: '2026-01-02T00:00:00.000Z',
    metadata: {},
    guest_ip_addresses: ['10.0.0.1', '10.0.0.2'],
  },
];

let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer({
    'vm.list': () => ({ result: { items: VMS, next_cursor: null } }),
  });
});

afterEach(() => server.close());

async function run(line: string) {
  return runInProcess(splitWords(line), { env: { NOVACRON_ENDPOINT: server.endpoint } });
}

async function names(flags: string): Promise<readonly string[]> {
  const { stdout, stderr } = await run(`vm list -o name ${flags}`);
  expect(stderr).toBe('');
  return stdout.split('\n').filter((name) => name !== '');
}

describe('--filter', () => {
  test.each([
    ['--filter status=running', ['web-2']],
    ['--filter status!=running', ['web-10', 'db']],
    ['--filter cpu_cores=4 --filter status==stopped', ['db']],
    ['--filter metadata.a=1', ['web-2']],
    ['--filter metadata.a!=1', ['web-10', 'db']],
    ['--filter node=', ['web-10']],
    ['--filter node!=', ['web-2', 'db']],
    ['--filter guest_ip_addresses=10.0.0.2', ['db']],
    ['--filter cpu_cores=4 --limit 1', ['web-2']],
  ])('%s shows %j', async (flags, expected) => {
    expect(await names(flags)).toEqual(expected);
  });

  test.each([
    ['--filter status', 'Use the form field=value or field!=value.'],
    ['--filter =a', 'Use the form field=value or field!=value.'],
    ['--filter stats=a', '--filter: there is no field stats. Did you mean status?'],
    ['--filter a=b --fields name', '--filter: there is no field a. See the fields with -o json.'],
    ['--filter node=b --fields name', '--filter node needs node among --fields'],
    ['--columns name,,id', 'Use names separated by commas'],
  ])('or another flag that makes no sense is wrong usage: %s', async (flags, message) => {
    const { exitCode, stderr } = await run(`vm list ${flags}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(server.calls).toEqual([]);
  });
});

test('-o name writes the id of what has a name in the form of another id', async () => {
  const name = sampleId('vm', 9);
  await server.close();
  server = await startFakeServer({
    'vm.list': () => ({ result: { items: [{ ...SAMPLE, name }], next_cursor: null } }),
  });
  expect(await names('')).toEqual([SAMPLE.id]);
});

describe('--sort', () => {
  test.each([
    ['--sort cpu_cores,-status', ['db', 'web-2', 'web-10']],
    ['--sort -cpu_cores', ['web-10', 'web-2', 'db']],
    ['--sort node', ['web-2', 'db', 'web-10']],
    ['--sort -node', ['db', 'web-2', 'web-10']],
    ['--sort metadata.a,name', ['web-2', 'db', 'web-10']],
    ['--sort cpu_cores,name --limit 2', ['db', 'web-2']],
    ['--sort age', ['web-10', 'db', 'web-2']],
    ['--sort -age', ['web-2', 'db', 'web-10']],
  ])('%s shows %j', async (flags, expected) => {
    expect(await names(flags)).toEqual(expected);
    expect(server.calls[0]?.params).toEqual({ limit: 1000 });
  });

  test('by what the server sorts by is left to the server', async () => {
    await names('--sort -name --limit 2');
    expect(server.calls[0]?.params).toEqual({ sort: '-name', limit: 2 });
  });

  test('works for lists that the server does not sort', async () => {
    const { stdout, exitCode } = await run('event list --sort -position -o name');
    expect({ stdout, exitCode }).toEqual({ stdout: `${sampleId('evt')}\n`, exitCode: 0 });
  });
});

describe('an empty list', () => {
  test.each([
    ['', 'No VMs found.\n', ''],
    ['-o wide', 'No VMs found.\n', ''],
    ['-o name', '', ''],
    ['-o json', '', '[]\n'],
    ['-o yaml', '', '[]\n'],
    ['-o jsonpath={.items[*].name}', '', ''],
  ])('with %j says %j and writes %j', async (flags, stderr, stdout) => {
    const record = await run(`vm list --filter name=absent ${flags}`);
    expect(record).toMatchObject({ exitCode: 0, stderr, stdout });
  });
});

describe('a closed word behind a flag', () => {
  test('may be repeated or stand among others, separated by commas', async () => {
    await names('--status running,stopped --status running --status unknown');
    expect(server.calls[0]?.params).toEqual({
      status: ['running', 'stopped', 'unknown'],
      limit: 1000,
    });
  });

  test.each([
    ['vm list --status runing', 'running'],
    ['vm list --status running,stoped', 'stopped'],
    ['vm list --fields nam', 'name'],
    ['vm list --output yml', 'yaml'],
    ['node list --status drainin', 'draining'],
    ['volume create a --size-gb 1 --type nvm', 'nvme'],
    ['completion basch', 'bash'],
  ])('that is misspelt is wrong usage, and asks nothing: %s', async (line, meant) => {
    const { exitCode, stderr } = await run(line);
    expect(stderr).toContain(`\n(Did you mean ${meant}?)\n`);
    expect({ exitCode, calls: server.calls }).toEqual({ exitCode: 2, calls: [] });
  });

  test('that is like none of them has no suggestion', async () => {
    const { exitCode, stderr } = await run('vm list --status nope');
    expect(stderr).toContain("argument 'nope' is invalid. Allowed choices are creating, running");
    expect(stderr).not.toContain('Did you mean');
    expect(exitCode).toBe(2);
  });
});

describe('the names behind the filters of an empty list', () => {
  async function ask(line: string, handlers: FakeHandlers = {}) {
    const nodes = ['node-01', 'node-02'].map((name) => ({ ...SAMPLES.node[0], name }));
    const own = await startFakeServer({
      'vm.list': () => ({ result: { items: [], next_cursor: null } }),
      'api_key.list': () => ({ result: { items: [], next_cursor: null } }),
      'node.list': () => ({ result: { items: nodes, next_cursor: null } }),
      ...handlers,
    });
    const answer = await runInProcess(splitWords(line), {
      env: { NOVACRON_ENDPOINT: own.endpoint },
    });
    await own.close();
    return { ...answer, calls: own.calls.map(({ method }) => method) };
  }

  test.each([
    ['vm list --node nod-01', 'Node "nod-01" not found. Did you mean node-01 or node-02?'],
    ['vm list --node node-01 --node nope', 'Node "nope" not found.'],
    ['vm list --zone nope', 'Zone "nope" not found.'],
    ['api-key list --role viewr', 'Role "viewr" not found.'],
  ])('are looked up: %s', async (line, detail) => {
    const { exitCode, stderr, stdout } = await ask(line);
    expect(stderr).toContain(`${detail}\n`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });

  test('are looked up before an empty list is watched', async () => {
    const { exitCode, stderr } = await ask('vm list --watch --node nod-01');
    expect(stderr).toContain('Node "nod-01" not found.');
    expect(exitCode).toBe(1);
  });

  test('may be right', async () => {
    const { exitCode, stderr } = await ask('vm list --node node-01');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'No VMs found.\n' });
  });

  test('are not judged for who may not list what has them', async () => {
    const forbidden = { 'node.list': () => ({ problem: sampleDocument('forbidden') }) };
    const { exitCode, stderr } = await ask('vm list --node nope', forbidden);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'No VMs found.\n' });
  });

  test('are not looked up where the list has items', async () => {
    const items = { 'vm.list': () => ({ result: { items: VMS, next_cursor: null } }) };
    const { calls } = await ask('vm list --node gone', items);
    expect(calls).not.toContain('node.list');
  });
});

describe('the words behind the filters of an empty list', () => {
  /** Records of the server that a filter leaves out. */
  const RECORDED = {
    'operation.list': { kind: 'vm.polish', target_kind: 'vm' },
    'audit.list': { operation: 'vm.polish', outcome: 'sulky', resource_kind: 'teapot' },
    'event.list': { type: 'teapot.boiled', position: 1 },
  };

  async function ask(line: string) {
    const handlers = Object.entries(RECORDED).map(([name, item]) => [
      name,
      (params: object) => {
        const isFiltered = Object.keys(item).some((field) => field in params);
        return { result: { items: isFiltered ? [] : [item], next_cursor: null, last_position: 1 } };
      },
    ]);
    const own = await startFakeServer(Object.fromEntries(handlers));
    const answer = await runInProcess(splitWords(line), {
      env: { NOVACRON_ENDPOINT: own.endpoint },
    });
    await own.close();
    return { ...answer, calls: own.calls.length };
  }

  test.each([
    ['operation list --kind vm.crate', '--kind vm.crate', 'vm.create'],
    ['operation list --kind vm.create --kind vm.polsh', '--kind vm.polsh', 'vm.polish'],
    ['operation list --target-kind volum', '--target-kind volum', 'volume'],
    ['audit list --operation vm.delte', '--operation vm.delte', 'vm.delete'],
    ['audit list --outcome policy-denid', '--outcome policy-denid', 'policy-denied'],
    ['audit list --outcome sulki', '--outcome sulki', 'sulky'],
    ['audit list --resource-kind netwrk', '--resource-kind netwrk', 'network'],
    ['event list --type vm.create.suceeded', '--type vm.create.suceeded', 'vm.create.succeeded'],
    ['event list --type teapot.boild', '--type teapot.boild', 'teapot.boiled'],
  ])('are warned of where a similar one is known: %s', async (line, given, meant) => {
    const { exitCode, stderr } = await ask(line);
    expect(stderr.split('\n')[0]).toBe(
      `warning: ${given} is no word of this release. Did you mean ${meant}?`,
    );
    expect(stderr).toMatch(/\nNo .* found\.\n$/);
    expect(exitCode).toBe(0);
  });

  test.each([
    // Words of this release ask nothing more.
    ['operation list --kind vm.create', 1],
    ['audit list --outcome done', 1],
    // Of a later release, and like nothing.
    ['operation list --kind vm.polish', 2],
    ['event list --type quux', 2],
  ])('may be right: %s', async (line, calls) => {
    const answer = await ask(line);
    expect(answer.stderr).toMatch(/^No [\w ]+ found\.\n$/);
    expect(answer).toMatchObject({ exitCode: 0, calls });
  });

  test('are refused where the list is closed', async () => {
    const { exitCode, stderr, calls } = await ask('operation list --status stuk');
    expect(stderr).toContain('(Did you mean stuck?)');
    expect({ exitCode, calls }).toEqual({ exitCode: 2, calls: 0 });
  });
});

describe('the healing column of VMs', () => {
  const incident = { ...SAMPLES.incident[0], target_kind: 'node', nodes: ['n9'] };

  async function healingOf(vms: readonly object[], incidents: 'some' | 'forbidden') {
    const own = await startFakeServer({
      'vm.list': () => ({ result: { items: vms, next_cursor: null } }),
      'incident.list': () =>
        incidents === 'some'
          ? { result: { items: [incident], next_cursor: null } }
          : { problem: sampleDocument('forbidden') },
    });
    const env = { NOVACRON_ENDPOINT: own.endpoint };
    const argv = ['vm', 'list', '--no-headers', '--columns', 'name,healing'];
    const { stdout } = await runInProcess(argv, { env });
    await own.close();
    return { stdout, calls: own.calls.map(({ method }) => method) };
  }

  const LOST = { ...SAMPLE, name: 'a', status: 'unknown', node: 'n9' };
  const HEALED = { ...SAMPLE, name: 'b', healing: { restart: 'always', standby: true } };

  test('shows how a VM is healed, and the incident of one that is not well', async () => {
    expect(await healingOf([LOST, HEALED], 'some')).toEqual({
      stdout: 'a  incident\nb  always, standby\n',
      calls: ['vm.list', 'incident.list'],
    });
  });

  test('asks for no incidents where all VMs are well', async () => {
    expect((await healingOf([HEALED], 'some')).calls).toEqual(['vm.list']);
  });

  test('does without incidents where the caller may not read them', async () => {
    expect((await healingOf([LOST], 'forbidden')).stdout).toBe('a  -\n');
  });
});
