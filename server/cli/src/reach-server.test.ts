/**
 * Errors that a person reads when the server is unreachable, not a NovaCron server, refuses or
 * fails.
 */
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from './test-kit/run-in-process.ts';
import { sampleDocument } from './test-kit/samples.ts';
import {
  type FakeHandlers,
  type FakeServer,
  startFakeServer,
} from './test-kit/start-fake-server.ts';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(line: string, handlers: FakeHandlers = {}, world: TestWorld = {}) {
  server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret', ...world.env };
  const record = await runInProcess(line.split(' '), { ...world, env });
  const stderr = record.stderr
    .replaceAll(`${server.endpoint} (NOVACRON_ENDPOINT)`, 'http://SERVER')
    .replaceAll(server.endpoint, 'http://OTHER');
  return { ...record, stderr, calls: server.calls, connections: server.connections() };
}

describe('a call', () => {
  test('carries the key, the client and the version, below a path if there is one', async () => {
    server = await startFakeServer();
    const endpoint = `${server.endpoint}/behind/proxy/`;
    const argv = ['whoami', '--endpoint', endpoint, '--api-key', 'from-the-flag'];
    const { exitCode } = await runInProcess(argv, { env: { NOVACRON_API_KEY: 'from-the-env' } });
    expect(exitCode).toBe(0);
    expect(server.calls[0]).toMatchObject({
      url: '/behind/proxy/rpc',
      headers: {
        authorization: 'Bearer from-the-flag',
        'novacron-client': 'cli',
        'user-agent': 'novacron-cli/0.1.0',
        'content-type': 'application/json',
      },
    });
  });

  test('uses one connection and one trace for all calls of a command', async () => {
    const { calls, connections } = await run('vm update web-server-01 --memory-gb 16');
    expect(calls).toHaveLength(4);
    expect(connections).toBe(1);
    const traces = new Set(calls.map(({ headers }) => headers.traceparent));
    expect([...traces]).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)]);
  });

  test('continues the trace of the process that starts the command', async () => {
    server = await startFakeServer();
    const given = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
    const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k', TRACEPARENT: given };
    await runInProcess(['whoami'], { env });
    expect(server.calls[0]?.headers.traceparent).toBe(given);
  });
});

describe('a server that is away', () => {
  test('is tried four times for a read, with growing delays, and then explained', async () => {
    server = await startFakeServer();
    const { endpoint } = server;
    await server.close();
    const record = await runInProcess(['vm', 'list'], { env: { NOVACRON_ENDPOINT: endpoint } });
    expect(record).toMatchObject({ exitCode: 3, stdout: '', delaysMs: [100, 200, 400] });
    expect(record.stderr).toBe(
      'error: Temporarily unavailable (unavailable)\n' +
        `Cannot connect to ${endpoint} (NOVACRON_ENDPOINT): connection refused.\n` +
        'what to do: Start a server with `novacron server`, or set NOVACRON_ENDPOINT ' +
        'or --endpoint ' +
        'to its address.\n',
    );
  });

  test('is tried once for a write, and the answer warns that it may be done', async () => {
    const closed = () => ({ connection: 'closed' }) as const;
    const line = 'network create a --cidr 10.0.0.0/16';
    const { exitCode, stderr, calls } = await run(line, { 'network.create': closed });
    expect(exitCode).toBe(3);
    expect(calls).toHaveLength(1);
    expect(stderr).toContain('http://SERVER closed the connection before it answered.');
    expect(stderr).toContain('may have been executed: check before you retry.');
  });

  test('is distinguished from one that is too slow', async () => {
    const silent = () => ({ connection: 'silent' }) as const;
    const { exitCode, stderr } = await run('vm list --timeout 5', { 'vm.list': silent });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('http://SERVER did not answer within 5 s.');
    expect(stderr).toContain('increase --timeout SECONDS');
  });

  test('has an unknown name', async () => {
    const argv = ['vm', 'list', '--endpoint', 'http://novacron.invalid'];
    const { exitCode, stderr } = await runInProcess(argv);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'Cannot connect to http://novacron.invalid (--endpoint): host not found.',
    );
  });
});

describe('something that is not a NovaCron server', () => {
  test('answers with a page', async () => {
    const page = () => ({ status: 200, body: '<html>Welcome</html>' });
    const { exitCode, stderr, calls } = await run('vm list', { 'vm.list': page });
    expect(exitCode).toBe(3);
    expect(calls).toHaveLength(1);
    expect(stderr).toContain(
      'http://SERVER is not a NovaCron server: HTTP status 200, not a JSON-RPC response.',
    );
  });

  test('speaks plain HTTP where TLS was asked for', async () => {
    server = await startFakeServer();
    const endpoint = server.endpoint.replace('http:', 'https:');
    const { exitCode, stderr } = await runInProcess(['vm', 'list', '--endpoint', endpoint]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Check whether the address begins with http:// or https://.');
  });

  test('speaks no HTTP at all', async () => {
    const talker = createTcpServer((socket) => {
      socket.on('error', () => {}).resume();
      socket.end('SSH-2.0-Talker\r\n');
    });
    await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve));
    const address = talker.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const argv = ['vm', 'list', '--endpoint', `http://127.0.0.1:${port}`];
    const { exitCode, stderr } = await runInProcess(argv);
    await new Promise((resolve) => talker.close(resolve));
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`http://127.0.0.1:${port} (--endpoint) uses another protocol`);
  });

  test('is a proxy that has lost the server', async () => {
    const gateway = () => ({ status: 502, body: 'Bad Gateway' });
    const { exitCode, stderr, calls } = await run('vm list', { 'vm.list': gateway });
    expect(exitCode).toBe(3);
    expect(calls).toHaveLength(4);
    expect(stderr).toContain('returned HTTP status 502 without a reason');
  });
});

describe('a server that refuses', () => {
  test('says who is let in, and how to give the command a key', async () => {
    const refuse = () => ({
      status: 401,
      body: JSON.stringify(sampleDocument('unauthenticated', { detail: 'There is no API key.' })),
    });
    const env = { NOVACRON_API_KEY: '' };
    const { exitCode, stderr } = await run('vm list', { 'vm.list': refuse }, { env });
    expect(exitCode).toBe(4);
    expect(stderr).toBe(
      'error: No valid API key (unauthenticated)\n' +
        'There is no API key.\n' +
        'what to do: Provide an API key: run `novacron login`, set NOVACRON_API_KEY, or pass ' +
        '--api-key-file FILE. A server writes its first key to admin.key in its data ' +
        'directory.\n' +
        'request id: req_01jd3v6t7re3h8z9k2m4n5p6q7\n',
    );
  });

  test.each([
    [[], 'NOVACRON_API_KEY'],
    [['--api-key', 'wrong'], '--api-key'],
    [['--api-key-file', 'key'], 'the file key'],
  ])('with a key names the source of the key', async (flags, source) => {
    const refuse = () => ({ problem: sampleDocument('unauthenticated') });
    const line = ['vm list', ...flags].join(' ');
    const world = { files: { key: 'wrong' } };
    const { exitCode, stderr } = await run(line, { 'vm.list': refuse }, world);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`what to do: The API key came from ${source}. Try harder.\n`);
  });

  test('may be a proxy that gives no reason', async () => {
    const refuse = () => ({ status: 401, body: 'no' });
    const { exitCode, stderr } = await run('vm list', { 'vm.list': refuse });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('http://SERVER does not accept the API key.');
  });

  test.each([
    ['forbidden', 4],
    ['policy-denied', 4],
    ['name-taken', 1],
    ['no-capacity', 1],
  ] as const)('a write with %s ends with exit code %i', async (code, exitCode) => {
    const deny = () => ({ problem: sampleDocument(code) });
    const line = 'network create a --cidr 10.0.0.0/16';
    const record = await run(line, { 'network.create': deny });
    expect(record.exitCode).toBe(exitCode);
    expect(record.stdout).toBe('');
  });

  test('names every field at fault', async () => {
    const words = {
      detail: 'The input of vm.create is not valid at memory_gb: must be at least 0.0625',
      fields: [
        { path: ['memory_gb'], message: 'must be at least 0.0625' },
        { path: ['metadata', 'a b'], message: 'must be a label name' },
      ],
    };
    const refuse = () => ({ problem: sampleDocument('validation-failed', words) });
    const line = 'vm create a --cpu-cores 1 --memory-gb 0 --disk-gb 1';
    const { exitCode, stderr } = await run(line, { 'vm.create': refuse });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'error: The request is not valid (validation-failed)\n' +
        'The input of vm.create is not valid at memory_gb: must be at least 0.0625\n' +
        '  memory_gb: must be at least 0.0625\n' +
        '  metadata.a b: must be a label name\n' +
        'what to do: Try harder.\n' +
        'request id: req_01jd3v6t7re3h8z9k2m4n5p6q7\n',
    );
  });

  test('has its document written as JSON where the output is JSON', async () => {
    const document = { ...sampleDocument('name-taken'), of_a_newer_release: true };
    const refuse = () => ({ problem: document });
    const line = 'network create a --cidr 10.0.0.0/16 --output json';
    const { exitCode, stdout, stderr } = await run(line, { 'network.create': refuse });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(JSON.parse(stderr)).toEqual(document);
  });

  test('keeps the code of a newer release in the text', async () => {
    const document = { ...sampleDocument('conflict'), code: 'too-new', title: 'Something new' };
    const { stderr } = await run('vm list', { 'vm.list': () => ({ problem: document }) });
    expect(stderr).toContain('error: Something new (too-new)\n');
  });

  test('cannot write control sequences to the terminal', async () => {
    const document = sampleDocument('no-capacity', { detail: 'a\u001b[2Jb\r\nc' });
    const { stderr } = await run('vm list', { 'vm.list': () => ({ problem: document }) });
    expect(stderr).toContain('a\\u001b[2Jb\nc\n');
  });
});

describe('a server that stumbles', () => {
  test('is asked again, and the answer counts', async () => {
    const { exitCode, stderr, calls } = await run('vm list', {
      'vm.list': (_params, turn) =>
        turn < 2
          ? { problem: sampleDocument('unavailable') }
          : { result: { items: [], next_cursor: null } },
    });
    expect({ exitCode, calls: calls.length }).toEqual({ exitCode: 0, calls: 3 });
    expect(stderr).toBe('No VMs found.\n');
  });

  test('is not asked again after a write', async () => {
    const busy = () => ({ problem: sampleDocument('unavailable') });
    const line = 'network create a --cidr 10.0.0.0/16';
    const { exitCode, calls } = await run(line, { 'network.create': busy });
    expect({ exitCode, calls: calls.length }).toEqual({ exitCode: 3, calls: 1 });
  });

  test('of another release may not know the operation', async () => {
    const unknown = () => ({ rpcError: { code: -32_601, message: 'Method not found' } });
    const { exitCode, stderr } = await run('drift report', { 'drift.report': unknown });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('The server does not support drift.report.');
  });

  test('may complain in JSON-RPC without a problem', async () => {
    const odd = () => ({ rpcError: { code: -32_603, message: 'Internal error' } });
    const { exitCode, stderr } = await run('whoami', { 'identity.whoami': odd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The server refused identity.whoami: Internal error');
  });

  test('of another release may answer what the contract does not know', async () => {
    const odd = () => ({ result: { principal: 1 } });
    const { exitCode, stderr } = await run('whoami', { 'identity.whoami': odd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("does not understand the server's answer to identity.whoami");
  });
});

describe('an interruption', () => {
  test('ends a read with 130', async () => {
    const record = await run(
      'vm list',
      { 'vm.list': () => ({ connection: 'silent' }) },
      { interruptOn: ({ delayMs }) => delayMs === 30_000 },
    );
    expect(record).toMatchObject({ exitCode: 130, stdout: '', stderr: 'interrupted\n' });
  });

  test('of a write says that it may be done', async () => {
    const record = await run(
      'network create a --cidr 10.0.0.0/16',
      { 'network.create': () => ({ connection: 'silent' }) },
      { interruptOn: ({ delayMs }) => delayMs === 30_000 },
    );
    expect(record.exitCode).toBe(130);
    expect(record.stderr).toBe(
      'interrupted; the request may have been executed: ' + 'check before you retry\n',
    );
  });
});
