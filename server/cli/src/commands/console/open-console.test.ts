/** Console output for a person at a terminal, and for a script. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { ok } from '@novacron/contract/result';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Session } from '../../client/session.ts';
import { openKeyboard } from '../../io/open-keyboard.ts';
import { openConsole } from './open-console.ts';

const VM_ID = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

let server: WebSocketServer;
/** Messages that the server received: texts, and bytes as texts. */
let received: string[];
let answer: (webSocket: WebSocket, said: string) => void;

beforeEach(async () => {
  received = [];
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/console' });
  server.on('connection', (webSocket, { headers }) => {
    received.push(String(headers.authorization));
    webSocket.on('message', (data) => {
      const said = String(data);
      received.push(said);
      if (said.startsWith('{')) {
        webSocket.send(JSON.stringify({ type: 'opened', vm_id: VM_ID, name: 'web', node: 'n1' }));
      }
      answer(webSocket, said);
    });
  });
  await once(server, 'listening');
});

afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** Runs the command with an input that is a terminal or a pipe. */
async function run(kind: 'terminal' | 'pipe', typed: string) {
  const input = Object.assign(new PassThrough(), {
    isTTY: kind === 'terminal',
    modes: [] as boolean[],
    setRawMode: (mode: boolean) => void input.modes.push(mode),
  });
  const printed = { stdout: '', stderr: '' };
  let due: (() => void) | undefined;
  const { port } = Object(server.address());
  const session = {
    client: {
      call: async () => ok({ path: '/console', ticket: 'nct_x' }),
    },
    connection: {
      endpoint: { value: new URL(`http://127.0.0.1:${port}`), source: 'test' },
      apiKey: { kind: 'key', value: 'ncr_key', source: 'test' },
    },
    signal: new AbortController().signal,
    io: {
      timers: {
        after: (_delayMs: number, callback: () => void) => {
          due = callback;
          return () => {
            due = undefined;
          };
        },
      },
      openKeyboard: (listener: Parameters<typeof openKeyboard>[1]) =>
        openKeyboard(input as never, listener),
      writeBytes: (bytes: Uint8Array) => {
        printed.stdout += Buffer.from(bytes).toString('utf8');
        // Nothing is written after it: its time is up.
        setImmediate(() => due?.());
      },
      stderr: {
        isTerminal: false,
        write: (text: string) => {
          printed.stderr += text;
        },
      },
    },
  } as unknown as Session;
  input.write(typed);
  if (kind === 'pipe') input.end();
  const outcome = await openConsole(session, { vm: VM_ID, lingerSeconds: 2 });
  return { ...outcome, ...printed, modes: input.modes };
}

describe('novacron vm console', () => {
  test('a terminal sends each key, and Control-] disconnects and gives it back', async () => {
    answer = () => undefined;
    expect(await run('terminal', 'ls\r\u0003\u001dnever sent')).toEqual({
      stdout: '',
      stderr: 'Connected to web on n1. Control-] disconnects.\r\nDisconnected.\r\n',
      modes: [true, false],
    });
    expect(received.slice(0, 2)).toEqual([
      'Bearer ncr_key',
      JSON.stringify({ type: 'open', ticket: 'nct_x' }),
    ]);
  });

  test('a pipe is sent, and what the guest writes is printed until it is silent', async () => {
    answer = (webSocket, said) => {
      if (said === 'uptime\n\u001d') webSocket.send(Buffer.from('up 3 days\n'));
      if (said.startsWith('{')) webSocket.send(JSON.stringify({ type: 'lost', bytes: 7 }));
    };
    const done = await run('pipe', 'uptime\n\u001d');
    expect(done).toMatchObject({
      stdout: 'up 3 days\n',
      stderr: '(7 bytes of output were lost)\r\n',
      modes: [],
    });
    expect(done).not.toHaveProperty('failure');
  });

  test('a VM that stops says how to connect again', async () => {
    answer = (webSocket) => {
      webSocket.send(JSON.stringify({ type: 'ended', reason: 'machine-stopped' }));
    };
    const { stderr, modes } = await run('terminal', '');
    expect(stderr).toContain(
      `The VM has stopped or moved. Connect again when it runs: novacron vm console ${VM_ID}`,
    );
    expect(modes).toEqual([true, false]);
  });

  test('a refusal, and a connection that breaks, are failures', async () => {
    const found = problem('conflict', { detail: 'In use by alice.', remedy: 'Wait.' });
    answer = (webSocket) => {
      const document = toProblemDocument(found, 'req_x');
      webSocket.send(JSON.stringify({ type: 'problem', problem: document }));
    };
    expect(await run('terminal', '')).toMatchObject({
      failure: { kind: 'problem', problem: { code: 'conflict', detail: 'In use by alice.' } },
      modes: [true, false],
    });
    answer = (webSocket) => webSocket.terminate();
    expect(await run('terminal', '')).toMatchObject({
      failure: {
        problem: {
          code: 'unavailable',
          detail: 'The connection to the console ended: the server closed the connection.',
        },
      },
    });
  });
});
