/** Steps that are HTTP requests: what is sent where, what is repeated, what comes of answers. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { AppSettings } from '@novacron/server/app/composition/deps';
import { useBench } from '../test-kit/use-bench.ts';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Filled once the receiver listens. */
const hosts: AppSettings['egressHosts'][number][] = [];
const bench = useBench({ egressHosts: hosts });

let receiver: Server;
let received: Received[];
let host: string;
/** Answers in turn; an empty object once there are no more. */
let answers: ((response: ServerResponse) => void)[];

const json =
  (value: unknown, status = 200) =>
  (response: ServerResponse) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof value === 'string' ? value : JSON.stringify(value));

beforeEach(async () => {
  [received, answers] = [[], []];
  receiver = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    received.push({ method, path, headers, body: await readText(request) });
    (answers.shift() ?? json({}))(response);
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  hosts.splice(0, hosts.length, { tenantId: undefined, host });
});

afterEach(async () => {
  receiver.closeAllConnections();
  await once(receiver.close(), 'close');
});

const store = (text: string) => bench().expectOk('workflow.create', { text });

/** Stores a definition and runs it to its end. */
async function run(text: string, inputs: Execution['inputs'] = {}): Promise<Execution> {
  const { resource } = await store(text);
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

/** A definition whose only step sends a request. */
const one = (keys: string) => `name: w
inputs: { id: { type: string, default: a } }
steps:
  - id: call
${keys.replaceAll(/^/gm, '    ')}`;

describe('a step that is a request', () => {
  test('sends values as data, and gives parts of the answer to later steps', async () => {
    answers = [json({ vms: [{ id: 7 }] }), json({})];
    const ended = await run(
      `name: w
inputs: { name: string, memory: integer }
steps:
  - id: register
    http:
      method: POST
      url: "http://${host}/vms/\${name}?q=\${name}"
      headers: { X-Name: "of \${name}" }
      body: { name: "\${name}", memory: "\${memory}", list: ["\${name}"] }
    outputs: { id: body.vms.0.id, status: status, type: headers.content-type }
  - id: confirm
    needs: [register]
    if: steps.register.outputs.status == 200
    http: { url: "http://${host}/vms/\${steps.register.outputs.id}" }
`,
      { name: 'a/../b?c', memory: 8 },
    );
    expect([ended.status, ended.steps[0]?.outputs]).toEqual([
      'succeeded',
      { id: 7, status: 200, type: 'application/json' },
    ]);
    expect(received).toMatchObject([
      {
        method: 'POST',
        path: '/vms/a%2F..%2Fb%3Fc?q=a%2F..%2Fb%3Fc',
        headers: {
          'x-name': 'of a/../b?c',
          'content-type': 'application/json',
          'idempotency-key': `${ended.id}/register`,
        },
        body: '{"name":"a/../b?c","memory":8,"list":["a/../b?c"]}',
      },
      { method: 'GET', path: '/vms/7', body: '' },
    ]);
  });

  test('sends a text as it is, under the type that its headers give', async () => {
    const headers = '{ Content-Type: text/csv, Idempotency-Key: mine }';
    await run(
      one(`http: { method: PUT, url: "http://${host}/", headers: ${headers}, body: "a,b" }`),
    );
    expect(received).toMatchObject([
      { headers: { 'content-type': 'text/csv', 'idempotency-key': 'mine' }, body: 'a,b' },
    ]);
  });

  test('says how many executions have led to it, whatever its text says', async () => {
    const headers = '{ Novacron-Chain-Length: "0" }';
    await run(one(`http: { url: "http://${host}/", headers: ${headers} }`));
    expect(received).toMatchObject([{ headers: { 'novacron-chain-length': '1' } }]);
  });

  test('is repeated under the same key while the server may recover, after its wait', async () => {
    answers = [
      json({}, 503),
      (response) => response.writeHead(429, { 'retry-after': '120' }).end(),
      (response) => response.destroy(),
    ];
    const post = `http: { method: POST, url: "http://${host}/" }`;
    const ended = await run(one(`${post}\nretry: { max_attempts: 6 }`));
    expect([ended.status, ended.steps[0]?.attempts]).toEqual(['succeeded', 4]);
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys)).toEqual(new Set([`${ended.id}/call`]));
    const [step] = ended.steps;
    const tookMs = Date.parse(step?.ended_at ?? '') - Date.parse(step?.started_at ?? '');
    expect(tookMs).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ['GET', 503, 'succeeded', 2],
    ['POST', 503, 'failed', 1],
    ['POST', 429, 'succeeded', 2],
  ])('is a %s that is answered %d, %s after %d attempts', async (method, status, end, attempts) => {
    answers = [json({}, status)];
    const ended = await run(one(`http: { method: ${method}, url: "http://${host}/" }`));
    expect([ended.status, ended.steps[0]?.attempts]).toEqual([end, attempts]);
  });

  test.each([
    [404, 'answered 404'],
    [302, 'answered 302, and redirects are not followed'],
  ])('fails for good where the server answers %d', async (status, words) => {
    answers = [json({}, status)];
    const ended = await run(one(`http: { url: "http://${host}/" }`));
    expect([ended.status, ended.steps[0]?.attempts]).toEqual(['failed', 1]);
    expect(ended.problem?.detail).toContain(`step call failed: ${host} ${words}`);
  });

  test('succeeds with the statuses that it names, and with no other', async () => {
    answers = [json({}, 404), json({}, 200)];
    const keys = `http: { url: "http://${host}/" }
success_when: { status_codes: [404] }
outputs: { status: status }`;
    const ended = await run(one(keys));
    expect([ended.status, ended.steps[0]?.outputs]).toEqual(['succeeded', { status: 404 }]);
    const other = await run(one(keys).replace('name: w', 'name: v'));
    expect(other.problem?.detail).toContain(`${host} answered 200`);
  });

  test('fails without outputs that the answer does not have, or that are too long', async () => {
    answers = [json('{"a":'), json(JSON.stringify({ id: 'x'.repeat(70_000) }))];
    const keys = `http: { url: "http://${host}/" }\noutputs: { id: body.id }`;
    const cut = await run(one(keys));
    expect(cut.problem?.detail).toContain('its answer has no body.id');
    const long = await run(one(keys).replace('name: w', 'name: v'));
    expect(long.problem?.detail).toContain('its answer has no body.id');
  });

  test('is taken back by a request of its own, with its outputs', async () => {
    answers = [json({ id: 'r1' }), json({}, 404)];
    const ended = await run(`name: w
steps:
  - id: book
    http: { method: POST, url: "http://${host}/rooms" }
    outputs: { id: body.id }
    compensate:
      http: { method: DELETE, url: "http://${host}/rooms/\${steps.book.outputs.id}" }
  - { id: fail, needs: [book], http: { url: "http://${host}/nothing" } }
`);
    expect(statusesOf(ended)).toEqual(['book taken_back', 'fail failed']);
    expect(received.at(-1)).toMatchObject({
      method: 'DELETE',
      path: '/rooms/r1',
      headers: { 'idempotency-key': `${ended.id}/book/compensation` },
    });
  });

  test('that is taken back while it is under way is waited for, and then taken back', async () => {
    let reply = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      answers = [
        (response) => {
          reply = () => json({ id: 'r1' })(response);
          resolve();
        },
      ];
    });
    const { resource } = await store(`name: w
steps:
  - id: book
    http: { method: POST, url: "http://${host}/rooms" }
    outputs: { id: body.id }
    compensate:
      http: { method: DELETE, url: "http://${host}/rooms/\${steps.book.outputs.id}" }
`);
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
    await bench().advance(100);
    await arrived;
    await bench().expectOk('operation.cancel', { id: operation.id });
    reply();
    await bench().end(operation);
    const ended = await bench().expectOk('execution.get', { id: operation.id });
    expect([ended.status, statusesOf(ended)]).toEqual(['stopped', ['book taken_back']]);
    expect(received.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });

  test('is sent again under the same key by a server that goes on after another one', async () => {
    const arrived = new Promise<void>((resolve) => {
      answers = [() => resolve()];
    });
    const { resource } = await store(one(`http: { method: POST, url: "http://${host}/" }`));
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
    await bench().advance(100);
    await arrived;
    await bench().restartServer();
    await bench().end(operation);
    const ended = await bench().expectOk('execution.get', { id: operation.id });
    expect(ended.status).toBe('succeeded');
    const keys = received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([`${ended.id}/call`, `${ended.id}/call`]);
  });

  test('is not sent again before a hold of automation is released', async () => {
    const arrived = new Promise<void>((resolve) => {
      answers = [() => resolve()];
    });
    const { resource } = await store(one(`http: { method: POST, url: "http://${host}/" }`));
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
    await bench().advance(100);
    await arrived;
    await bench().expectOk('automation.hold', { reason: 'a restored server' });
    await bench().restartServer();
    await bench().advance(60_000);
    expect(received).toHaveLength(1);
    await bench().expectOk('automation.release', {});
    await bench().end(operation);
    expect((await bench().expectOk('execution.get', { id: operation.id })).status).toBe(
      'succeeded',
    );
    expect(received).toHaveLength(2);
  });

  test('waits for its turn where many are under way, without a failed attempt', async () => {
    const held: ServerResponse[] = [];
    const arrived = new Promise<void>((resolve) => {
      answers = Array.from({ length: 16 }, () => (response: ServerResponse) => {
        if (held.push(response) === 16) resolve();
      });
    });
    const steps = Array.from(
      { length: 20 },
      (_, index) => `  - { id: s${index}, http: { url: "http://${host}/${index}" } }`,
    );
    const { resource } = await store(`name: w\nsteps:\n${steps.join('\n')}`);
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
    await bench().advance(100);
    await arrived;
    for (const response of held) json({})(response);
    await bench().end(operation);
    const ended = await bench().expectOk('execution.get', { id: operation.id });
    expect(ended.status).toBe('succeeded');
    expect(new Set(ended.steps.map(({ attempts }) => attempts))).toEqual(new Set([1]));
  });
});

describe('a request is refused before anything is done', () => {
  const refuse = async (keys: string) => {
    const { resource } = await store(one(keys));
    return bench().expectProblem('workflow.run', { id: resource.id });
  };

  test('to a host that the operator does not permit, or permits to another tenant', async () => {
    const keys = `http: { url: "http://${host}/" }`;
    hosts.splice(0, 1, { tenantId: 'ten_other', host });
    const { detail } = await refuse(keys);
    expect(detail).toBe(
      `This server cannot run w: step call is sent to ${host}, which is not in the server's ` +
        'setting egress-hosts.',
    );
  });

  test('as what takes a step back, too', async () => {
    const keys = `task: vm.create
with: { name: a, cpu_cores: 1, memory_gb: 1, disk_gb: 5 }
compensate: { http: { url: "http://evil.example/" } }`;
    const { detail } = await refuse(keys);
    expect(detail).toContain('step call is compensated by a request that is sent to evil.example');
  });

  test('with a timeout that is longer than any request', async () => {
    const { detail } = await refuse(`http: { url: "http://${host}/" }\ntimeout: 11m`);
    expect(detail).toContain('step call has a timeout of more than 10m');
  });
});

test('a host that is no longer permitted is refused when the step begins', async () => {
  const { resource } = await store(`name: w
steps:
  - { id: settle, wait: 1m }
  - { id: call, needs: [settle], http: { url: "http://${host}/" } }
`);
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
  hosts.splice(0);
  await bench().end(operation);
  const ended = await bench().expectOk('execution.get', { id: operation.id });
  expect(ended.problem?.detail).toContain(`step call failed: it is sent to ${host}, which is not`);
  expect(received).toEqual([]);
});

test('no request is sent for a principal that may not run workflows any more', async () => {
  const made = await bench().expectOk('api_key.create', { name: 'ci', role: 'operator' });
  const key = await bench().application.authenticate(made.secret);
  if (!key.ok) throw new Error(key.error.detail);
  const { resource } = await store(`name: w
steps:
  - { id: settle, wait: 1m }
  - { id: call, needs: [settle], http: { url: "http://${host}/" } }
`);
  const input = { id: resource.id };
  const { operation } = await bench().expectOk('workflow.run', input, { principal: key.value });
  await bench().expectOk('api_key.delete', { id: made.resource.id });
  await bench().end(operation);
  const ended = await bench().expectOk('execution.get', { id: operation.id });
  expect(ended.problem?.detail).toContain('ci is no longer authorized');
  expect(received).toEqual([]);
});

test.each(['Host', 'content-length', 'Transfer-Encoding', 'Proxy-Authorization'])(
  'the header %s is not taken',
  async (name) => {
    const keys = `http: { url: "http://${host}/", headers: { ${name}: x } }`;
    const found = await bench().expectProblem('workflow.create', { text: one(keys) });
    expect(JSON.stringify(found)).toContain(`has the header ${name}, which the server itself sets`);
  },
);
