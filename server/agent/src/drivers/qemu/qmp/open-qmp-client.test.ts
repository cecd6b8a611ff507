import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import fc from 'fast-check';
import { openQmpClient, QmpError } from './open-qmp-client.ts';
import { parseQmpMessage, type QmpEvent } from './parse-qmp-message.ts';

const GREETING = {
  QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 }, package: '' }, capabilities: [] },
};

/** Answers one request: with text as it is sent, or not at all. */
type Script = (request: { readonly execute: string; readonly id: number }) => string | undefined;

let directory: string;
let server: Server;
let sockets: Socket[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-qmp-'));
  sockets = [];
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  rmSync(directory, { recursive: true });
});

/** A monitor that follows a script. */
async function startMonitor(script: Script, greeting = `${JSON.stringify(GREETING)}\r\n`) {
  const path = join(directory, 'qmp.sock');
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(greeting);
    socket.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString().trim().split('\n')) {
        const answer = script(JSON.parse(line));
        if (answer !== undefined) socket.write(answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { path, timers: systemTimers };
}

const done = ({ id }: { readonly id: number }): string => `${JSON.stringify({ return: {}, id })}\n`;

/** Follows the negotiation, then the given script. */
const after =
  (script: Script): Script =>
  (request) =>
    request.execute === 'qmp_capabilities' ? done(request) : script(request);

function failureOf(cause: unknown): readonly [string, string] {
  return cause instanceof QmpError ? [cause.failure, cause.message] : ['another error', ''];
}

describe('a client of a monitor', () => {
  test('returns what QEMU returns, each answer to its own command', async () => {
    const waiting: { readonly execute: string; readonly id: number }[] = [];
    const address = await startMonitor(
      after((request) => {
        waiting.push(request);
        if (waiting.length < 2) return undefined;
        // The answers come in the other order.
        return waiting
          .reverse()
          .map(({ execute, id }) => `${JSON.stringify({ return: execute, id })}\n`)
          .join('');
      }),
    );
    const client = await openQmpClient(address);
    expect(client.version).toEqual({ major: 7, minor: 2, micro: 22 });
    const answers = Promise.all([client.execute('query-status'), client.execute('query-cpus')]);
    expect(await answers).toEqual(['query-status', 'query-cpus']);
    client.close();
  });

  test('reports a refusal with the words of QEMU', async () => {
    const address = await startMonitor(
      after(({ id }) => {
        const error = { class: 'DeviceNotFound', desc: "Device 'x' not found" };
        return `${JSON.stringify({ error, id })}\n`;
      }),
    );
    const client = await openQmpClient(address);
    const refused = await client.execute('device_del', { id: 'x' }).catch(failureOf);
    expect(refused).toEqual(['refused', "device_del: Device 'x' not found"]);
    client.close();
  });

  test('gives up a monitor that does not greet: another client has it', async () => {
    const address = await startMonitor(() => undefined, '');
    const opened = await openQmpClient({ ...address, greetingMs: 20 }).catch(failureOf);
    expect(opened).toEqual(['timeout', expect.stringMatching(/did not greet within 20 ms/)]);
  });

  test('says that there is no monitor', async () => {
    server = createServer();
    const path = join(directory, 'none.sock');
    const opened = openQmpClient({ path, timers: systemTimers }).catch(failureOf);
    expect(await opened).toEqual(['closed', expect.stringMatching(/ENOENT/)]);
  });

  test('gives up a command at its time or at a signal, and goes on with the next', async () => {
    const address = await startMonitor(
      after((request) => (request.execute === 'hang' ? undefined : done(request))),
    );
    const client = await openQmpClient(address);
    const late = await client.execute('hang', {}, { timeoutMs: 10 }).catch(failureOf);
    expect(late).toEqual(['timeout', 'hang was not answered within 10 ms']);
    const abort = new AbortController();
    const given = client.execute('hang', {}, { signal: abort.signal }).catch(failureOf);
    abort.abort();
    expect(await given).toEqual(['aborted', 'hang was given up']);
    expect(await client.execute('query-status')).toEqual({});
    client.close();
  });

  test('fails every waiting command once when the socket closes, and each later one', async () => {
    const address = await startMonitor(
      after(({ execute }) => {
        if (execute === 'quit') for (const socket of sockets) socket.destroy();
        return undefined;
      }),
    );
    const client = await openQmpClient(address);
    let failures = 0;
    const count = (cause: unknown): string => {
      failures += 1;
      return failureOf(cause)[0];
    };
    const waiting = ['stop', 'cont', 'quit'].map((each) => client.execute(each).catch(count));
    expect(await Promise.all(waiting)).toEqual(['closed', 'closed', 'closed']);
    await client.closed;
    expect(await client.execute('query-status').catch(count)).toBe('closed');
    expect(failures).toBe(4);
  });

  test('passes events on, with their time', async () => {
    const timestamp = { seconds: 1_700_000_000, microseconds: 5_999 };
    const event = { event: 'SHUTDOWN', data: { guest: true }, timestamp };
    const address = await startMonitor(
      after((request) => `${JSON.stringify(event)}\n${done(request)}`),
    );
    const client = await openQmpClient(address);
    const heard: QmpEvent[] = [];
    client.onEvent((each) => heard.push(each));
    await client.execute('system_powerdown');
    expect(heard).toEqual([{ name: 'SHUTDOWN', data: { guest: true }, atMs: 1_700_000_000_005 }]);
    client.close();
  });

  test.each([
    ['garbage', 'garbage\n', /not a message/],
    ['a line without end', 'x'.repeat(5_000_000), /more than 4194304 bytes/],
  ])('closes after %s', async (_what, text, message) => {
    const address = await startMonitor(after(() => text));
    const client = await openQmpClient(address);
    const failed = await client.execute('query-status').catch(failureOf);
    expect(failed).toEqual(['closed', expect.stringMatching(message)]);
  });
});

describe('a message of a monitor', () => {
  test('is understood or garbage, whatever it is', () => {
    const field = fc.constantFrom('QMP', 'event', 'error', 'return', 'id', 'timestamp', 'data');
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.dictionary(field, fc.jsonValue()).map((document) => JSON.stringify(document)),
    );
    fc.assert(
      fc.property(anything, (line) => {
        const { kind } = parseQmpMessage(line);
        expect(['greeting', 'event', 'return', 'error', 'garbage']).toContain(kind);
      }),
    );
  });
});
