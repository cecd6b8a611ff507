/** Requests whose headers contradict each other or lack what HTTP requires. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ProblemDocument } from '@novacron/contract/problem/problem';
import { secretOf } from './test-kit/fake-application.ts';
import { type FakeServer, startFakeServer } from './test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeAll(async () => {
  fake = await startFakeServer();
});

afterAll(() => fake.stop());

const KEY = `Authorization: Bearer ${secretOf('viewer')}`;

/** Sends the lines of a request and reads all that comes back. */
async function ask(lines: readonly string[]) {
  const socket = connect({ host: '127.0.0.1', port: fake.server.port });
  const received: Buffer[] = [];
  socket.on('data', (data: Buffer) => received.push(data));
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(received).toString().split('\r\n\r\n', 2);
  return {
    status: Number(head.split(' ')[1]),
    head,
    document: ProblemDocument.parse(JSON.parse(body)),
  };
}

describe('a request', () => {
  test.each([
    ['without Host', [], 'The request has no Host header, which HTTP/1.1 requires.'],
    ['with two Hosts', ['Host: a', 'Host: b'], 'The request has the header host more than once.'],
    [
      'with a Host that is none',
      ['Host: a b/c'],
      'The header Host is not a host with an optional port.',
    ],
    [
      'with a user in its Host',
      ['Host: a@b'],
      'The header Host is not a host with an optional port.',
    ],
    [
      'with two Authorizations',
      ['Host: a', KEY, KEY],
      'The request has the header authorization more than once.',
    ],
  ])('%s is refused with a problem document', async (_what, headers, detail) => {
    const before = fake.application.calls.length;
    const { status, head, document } = await ask(['GET /api/v2/nodes HTTP/1.1', ...headers]);
    expect(status).toBe(400);
    expect(head).toContain('Content-Type: application/problem+json');
    expect(head).toMatch(/^X-Request-Id: req_/m);
    expect(document).toMatchObject({ code: 'validation-failed', status: 400, detail });
    expect(fake.application.calls).toHaveLength(before);
  });

  test.each(['a', 'server.example:7480', '[::1]:7480', '127.0.0.1:', 'under_score', ''])(
    'to the host "%s" is not',
    async (host) => {
      const { status } = await ask(['GET /nowhere HTTP/1.1', `Host: ${host}`, 'Connection: close']);
      expect(status).toBe(401);
    },
  );

  test('to open a WebSocket with two keys is refused', async () => {
    const { status, document } = await ask([
      'GET /ws HTTP/1.1',
      'Host: a',
      'Connection: Upgrade',
      'Upgrade: websocket',
      KEY,
      KEY,
    ]);
    expect([status, document.detail]).toEqual([
      400,
      'The request has the header authorization more than once.',
    ]);
  });

  test('with an unknown expectation is refused with a problem document', async () => {
    const { status, document } = await ask([
      'GET /api/v2/nodes HTTP/1.1',
      'Host: a',
      'Expect: the-moon',
    ]);
    expect(status).toBe(417);
    expect(document).toMatchObject({
      status: 417,
      detail: 'The header Expect has a value other than 100-continue.',
      errors: [{ path: ['expect'], message: 'must be 100-continue' }],
    });
  });
});
