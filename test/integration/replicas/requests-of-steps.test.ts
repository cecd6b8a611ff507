/**
 * Requests of executions that another server takes over while they are under way, because of a
 * signal, a vote, a pause or a cancellation: they are sent once. Only where their server was
 * killed, so that their end is not known, another one sends them again, under the same key.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import type { OperationId } from '@novacron/contract/ids';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import type { Call } from '../test-kit/world.ts';
import { type Cluster, startCluster } from './test-kit/start-cluster.ts';
import { callOf } from './test-kit/start-load.ts';

jest.setTimeout(400_000);

/** A request that waits for its answer. */
interface Request {
  readonly path: string;
  readonly key: string;
  readonly answer: (status: number) => void;
}

let cluster: Cluster;
let target: Server;
let requests: Request[] = [];
let host = '';

beforeAll(async () => {
  target = createServer((asked, response: ServerResponse) => {
    asked.resume();
    requests.push({
      path: asked.url ?? '',
      key: String(asked.headers['idempotency-key']),
      answer: (status) => void response.writeHead(status).end(),
    });
  });
  await new Promise<void>((resolve) => void target.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  cluster = await startCluster({ servers: 2, agents: 0, flags: ['--egress-hosts', host] });
});
afterAll(async () => {
  await cluster?.remove();
  target?.closeAllConnections();
  target?.close();
});

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}

/** The clients of both servers, as the admin. */
function calls(): readonly [Call, Call] {
  const [one, other] = cluster.servers.map((server) => callOf(cluster, server));
  if (one === undefined || other === undefined) throw new Error('there are two servers');
  return [one, other];
}

const requestsTo = (path: string) => requests.filter((request) => request.path === path);

const requestTo = (path: string, nth = 1): Promise<Request> =>
  waitUntil(`request ${nth} to ${path}`, () => requestsTo(path)[nth - 1]);

const ownerOf = async (id: OperationId) =>
  (await cluster.store.read({ from: 'operations', where: { id } }))[0]?.owner;

async function endOf(id: OperationId): Promise<string | undefined> {
  return waitUntil('the end', async () => {
    const [row] = await cluster.store.read({ from: 'operations', where: { id } });
    return row?.finished_at_ms === null ? undefined : row?.status;
  });
}

/** Starts an execution on the first server, whose request is under way then. */
async function start(name: string, other: string, call = ''): Promise<OperationId> {
  const [one] = calls();
  requests = [];
  const text = `name: ${name}
steps:
  - { id: call, http: { method: POST, url: "http://${host}/call" }${call} }
  - { id: other, ${other} }
  - { id: after, needs: [call, other], wait: 1ms }
`;
  const { resource } = must(await one('workflow.create', { text }));
  const { operation } = must(await one('workflow.run', { id: resource.id }));
  await requestTo('/call');
  return operation.id;
}

/** Answers the first request once the other server has the execution. */
async function answerAfterTakeover(id: OperationId, from: unknown, status = 200): Promise<void> {
  await waitUntil('the other server to have it', async () =>
    (await ownerOf(id)) === from ? undefined : true,
  );
  (await requestTo('/call')).answer(status);
}

test('a signal that comes to another server sends no request again', async () => {
  const [, other] = calls();
  const id = await start('signalled', 'wait: { signal: go }');
  const owner = await ownerOf(id);
  await waitUntil('the step to wait', async () =>
    (await cluster.store.read({ from: 'execution_signals', where: { execution_id: id } })).at(0),
  );
  must(await other('execution.signal', { id, signal: 'go' }));
  await answerAfterTakeover(id, owner);
  expect(await endOf(id)).toBe('succeeded');
  expect(requestsTo('/call')).toHaveLength(1);
});

test('a vote that comes to another server sends no request again', async () => {
  const [one] = calls();
  const { secret } = must(
    await one('api_key.create', { name: 'ann', role: 'operator', person: 'ann' }),
  );
  const id = await start('approved', 'approval: { required: 1 }');
  const owner = await ownerOf(id);
  const asked = await waitUntil('the approval', async () =>
    must(await one('approval.list', { status: ['pending'] })).items.at(0),
  );
  const ann = createClient(createHttpCarrier(cluster.servers[1]?.url() ?? '', secret)).call;
  must(await ann('approval.approve', { id: asked.id }));
  await answerAfterTakeover(id, owner);
  expect(await endOf(id)).toBe('succeeded');
  expect(requestsTo('/call')).toHaveLength(1);
});

test('a pause on another server sends no request again, and a failure counts once', async () => {
  const [one, other] = calls();
  const retry = ', retry: { max_attempts: 2, backoff: fixed, delay: 1ms }';
  const id = await start('paused', 'wait: 1ms', retry);
  const owner = await ownerOf(id);
  must(await other('execution.pause', { id }));
  await answerAfterTakeover(id, owner, 503);
  await waitUntil('the failure to be known', async () => {
    const log = await cluster.store.read({ from: 'operation_log', where: { operation_id: id } });
    return log.some(({ entry_json }) => entry_json.includes('answered 503')) || undefined;
  });
  expect(requestsTo('/call')).toHaveLength(1);
  must(await one('execution.resume', { id }));
  (await requestTo('/call', 2)).answer(200);
  expect(await endOf(id)).toBe('succeeded');
  expect(requestsTo('/call')).toHaveLength(2);
});

test('a cancellation on another server takes the request back once it is answered', async () => {
  const [, other] = calls();
  const undo = `, compensate: { http: { method: POST, url: "http://${host}/undo" } }`;
  const id = await start('cancelled', 'wait: 1h', undo);
  const owner = await ownerOf(id);
  must(await other('operation.cancel', { id }));
  await answerAfterTakeover(id, owner);
  (await requestTo('/undo')).answer(200);
  expect(await endOf(id)).toBe('failed');
  expect(requests.map(({ path }) => path)).toEqual(['/call', '/undo']);
});

test('a request whose server was killed is sent again under the same key', async () => {
  const id = await start('killed', 'wait: 1ms');
  await cluster.servers[0]?.kill();
  const again = await requestTo('/call', 2);
  again.answer(200);
  expect(await endOf(id)).toBe('succeeded');
  expect(new Set(requestsTo('/call').map(({ key }) => key)).size).toBe(1);
  expect(requestsTo('/call')).toHaveLength(2);
  await cluster.servers[0]?.restart();
});
