/** Networks of steps that name hosts, in real namespaces. */
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  isHostAllowed,
  type NetworkHost,
  parseNetworkHost,
} from '@novacron/contract/automation/network-host';
import { findIsolation } from '../../../../test/support/services/find-isolation.ts';
import { openRunnerBench, type RunnerBench } from '../test-kit/open-runner-bench.ts';
import { openStepNetwork } from './open-step-network.ts';

findIsolation();

/** Greets each connection. */
let server: Server;
let port: number;
let bench: RunnerBench | undefined;

beforeEach(async () => {
  server = createServer((socket) => socket.end('hello\n').on('error', () => {}));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has a port');
  ({ port } = address);
});

afterEach(async () => {
  await bench?.close();
  bench = undefined;
  server.close();
});

function read(text: string, of: 'step' | 'rule' = 'rule'): NetworkHost {
  const host = parseNetworkHost(text, of);
  if (!host.ok) throw new Error(host.error);
  return host.value;
}

/**
 * Returns the command with which Bash reads from a connection; it can connect without other
 * programs.
 */
const readFrom = (host: string, at: number) => [
  'bash',
  '-c',
  `exec 3<>/dev/tcp/${host}/${at} && cat <&3`,
];

async function run(rules: readonly string[], hosts: readonly string[], words: readonly string[]) {
  bench = openRunnerBench({ hosts: rules.map((rule) => read(rule)) });
  bench.start('start-1');
  const accepted = await bench.send({ hosts: [...hosts], words: [...words] });
  return accepted.kind === 'accepted' ? bench.completed('check#1') : accepted;
}

describe('a step that names hosts', () => {
  it('reaches what it names', async () => {
    const outcome = await run(['127.0.0.1:*'], [`127.0.0.1:${port}`], readFrom('127.0.0.1', port));
    expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: 'hello\n' });
  });

  it('reaches nothing else: neither another port nor another address', async () => {
    const other = createServer((socket) => socket.end('secret\n'));
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const address = other.address();
    const otherPort = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const words = readFrom('127.0.0.1', otherPort);
    const outcome = await run(['127.0.0.1:*'], [`127.0.0.1:${port}`], words);
    other.close();
    expect(outcome).toMatchObject({ kind: 'exited', code: 1, stdout: '' });
    await bench?.close();
    const far = await run(['127.0.0.1:*'], [`127.0.0.1:${port}`], readFrom('198.51.100.7', port));
    expect(far).toMatchObject({ kind: 'exited', code: 1, stdout: '' });
  });

  it('reaches nothing where it names none', async () => {
    const outcome = await run(['127.0.0.1:*'], [], readFrom('127.0.0.1', port));
    expect(outcome).toMatchObject({ kind: 'exited', code: 1, stdout: '' });
  });

  it('cannot change its network', async () => {
    const words = ['ip', 'route', 'add', 'local', '198.51.100.0/24', 'dev', 'lo'];
    const outcome = await run(['127.0.0.1:*'], [`127.0.0.1:${port}`], words);
    expect(outcome).toMatchObject({ kind: 'exited', code: 2 });
  });

  it('is refused by name where its runner does not let it', async () => {
    const outcome = await run(['db.example.com:5432'], ['db.example.com:22'], ['true']);
    expect(outcome).toEqual({
      kind: 'not-understood',
      message: 'The step check may not reach db.example.com:22: its --allow-host has no such host.',
    });
    await bench?.close();
    bench = openRunnerBench();
    bench.start('start-1');
    expect(await bench.send({ hosts: ['db.example.com:22'] })).toEqual({
      kind: 'not-understood',
      message:
        'The step check names hosts, and steps of this runner reach none: start it with ' +
        '--network hosts.',
    });
  });
});

describe('the network of a step', () => {
  it('has the names that it was resolved for', async () => {
    const hosts = [read('db.example.com:5432', 'step')];
    const opened = await openStepNetwork(hosts, [], async () => ['192.0.2.7', '192.0.2.8']);
    if (!opened.ok) throw new Error(opened.error);
    expect(opened.value.hostLines).toBe('192.0.2.7 db.example.com\n192.0.2.8 db.example.com\n');
    opened.value.close();
  });

  it.each([
    [
      '169.254.169.254',
      'metadata.example.com stands for a link-local, metadata or special address',
    ],
    ['127.0.0.1', 'metadata.example.com stands for an address of this machine'],
  ])('is refused for a name that stands for %s', async (address, error) => {
    const hosts = [read('metadata.example.com:80', 'step')];
    const opened = await openStepNetwork(hosts, [read('*.example.com:*')], async () => [address]);
    expect(opened).toEqual({ ok: false, error });
  });

  it('is refused for an address that nothing may reach', async () => {
    const opened = await openStepNetwork([read('169.254.169.254:80')], [read('0.0.0.0/0:*')]);
    expect(opened).toEqual({
      ok: false,
      error: '169.254.169.254 is a link-local, metadata or special address',
    });
  });
});

describe('the hosts that a runner allows', () => {
  it.each([
    ['db.example.com:5432', 'db.example.com:5432', true],
    ['db.example.com:5432', 'db.example.com:22', false],
    ['*.example.com:443', 'a.b.example.com:443', true],
    ['*.example.com:443', 'example.com:443', false],
    ['*.example.com:443', 'badexample.com:443', false],
    ['10.0.0.0/8:*', '10.1.0.0/16:22', true],
    ['10.0.0.0/8:22', '10.2.3.4:22', true],
    ['10.1.0.0/16:22', '10.0.0.0/8:22', false],
    ['0.0.0.0/0:22', 'db.example.com:22', false],
  ])('%s and %s: %s', (rule, host, allowed) => {
    expect(isHostAllowed(read(host, 'step'), [read(rule)])).toBe(allowed);
  });

  it.each(['db', 'db:0', 'db:70000', '10.0.0.1/8:22', '*.a.com:1', 'a:*', '[::1]:22', '1.2.3:22'])(
    'a step names no %s',
    (text) => {
      expect(parseNetworkHost(text, 'step').ok).toBe(false);
    },
  );
});
