/** `describe`: sections for people, names for programs, and what may not be read. */
import { expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { sampleDocument } from '../../test-kit/samples.ts';
import { splitWords } from '../../test-kit/split-words.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';

async function run(line: string, handlers: FakeHandlers = {}) {
  const server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint };
  const record = await runInProcess(splitWords(line), { env });
  await server.close();
  return record;
}

const EMPTY = { result: { items: [], next_cursor: null } };

test('a section without anything says so, and one that may not be read says why', async () => {
  const { stdout, exitCode } = await run('vm describe web-server-01', {
    'volume.list': () => EMPTY,
    'incident.list': () => ({ problem: sampleDocument('forbidden') }),
    'drift.report': () => ({ problem: sampleDocument('internal', { detail: 'It is broken.' }) }),
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('\nVolumes\n  none\n\n');
  expect(stdout).toContain('\nOpen incidents\n  not shown: your role may not read it\n\n');
  expect(stdout).toContain('\nDrift\n  It is broken.\n\n');
  expect(stdout).toContain('\nNode\n  NAME     ZONE    RACK    STATUS\n  node-03 ');
});

test('programs get the sections by name, null for what cannot be read', async () => {
  const { stdout } = await run('describe vm web-server-01 -o json', {
    'incident.list': () => ({ problem: sampleDocument('forbidden') }),
  });
  const value = JSON.parse(stdout);
  expect(value).toMatchObject({
    resource: { name: 'web-server-01' },
    node: [{ name: 'node-03' }],
    networks: [{ name: 'production-network' }],
    open_incidents: null,
  });
  expect(Object.keys(value)).toEqual([
    'resource',
    'node',
    'networks',
    'volumes',
    'open_incidents',
    'drift',
    'latest_operations',
    'latest_events',
  ]);
});

test('a template may take what it needs', async () => {
  const line = 'describe vm web-server-01 -o "jsonpath={.resource.name} on {.node[0].zone}"';
  expect((await run(line)).stdout).toBe('web-server-01 on zone-a\n');
});

test('the kind and the name may have a slash between them', async () => {
  const { stdout } = await run('describe vm/web-server-01 -o jsonpath={.resource.name}');
  expect(stdout).toBe('web-server-01\n');
});

test.each([
  ['describe vm', "error: missing the resource, such as 'vm web-01' or 'vm/web-01'\n"],
  ['describe vm/a b', "error: 'vm/a' names a resource already; 'b' is too many\n"],
  ['describe vmz a', "error: there is no kind 'vmz' to describe. Did you mean vm?\n"],
])('%s is wrong usage', async (line, message) => {
  const { exitCode, stderr } = await run(line);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});

test('a resource that may not be read ends it', async () => {
  const { exitCode, stdout } = await run('node describe node-03', {
    'node.get': () => ({ problem: sampleDocument('forbidden') }),
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
});
