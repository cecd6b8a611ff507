import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { openSession, type Session } from './session.ts';
import { type RpcServer, type SeenCall, startRpcServer } from './test-kit/start-rpc-server.ts';

const { signal } = new AbortController();
const GONE = 'vm_00000000000000000000000099';
const idOf = (index: number) => `vm_${String(index).padStart(26, '0')}`;

const vm = (id: string) => ({
  id,
  tenant_id: 'tnt_00000000000000000000000001',
  revision: 1,
  schema_version: 1,
  desired_revision: '0123456789abcdef',
  created_at: '2025-01-01T00:00:00.000Z',
  created_by: 'admin',
  updated_at: '2025-01-01T00:00:00.000Z',
  updated_by: 'admin',
  name: 'web',
  cpu_cores: 1,
  memory_gb: 1,
  disk_gb: 1,
  network_id: null,
  template_id: null,
  metadata: null,
  node: 'node-01',
  status: 'running',
});

const HELD = ['tf-0123456789abcdef-one', 'tf-0123456789abcdef-two'];
const madeBy = (key: string) => idOf(1 + HELD.indexOf(key));
const heldKey = (id: string) => ({
  id,
  resource_id: madeBy(id),
  created_at: '2025-01-01T00:00:00.000Z',
});
/** Calls that the server currently refuses. */
const trouble = { list: false, confirm: false, onConfirm: () => {} };

function refused(id: number) {
  const data = toProblemDocument(problem('forbidden', { detail: 'No.', remedy: 'Ask.' }));
  return { id, error: { code: 1, message: 'no', data } };
}

/** Two pages of VMs, one drift record, and room for any key. */
function answerCall({ id, method, params }: SeenCall) {
  switch (method) {
    case 'vm.get': {
      const detail = { detail: 'No such VM.', remedy: 'Look.' };
      const data = toProblemDocument(problem('not-found', detail));
      return params.id === GONE
        ? { id, error: { code: 1, message: 'no', data } }
        : { id, result: vm(String(params.id)) };
    }
    case 'vm.list':
      return params.cursor === undefined
        ? { id, result: { items: [vm(idOf(1)), vm(idOf(2))], next_cursor: 'more' } }
        : { id, result: { items: [vm(idOf(3))], next_cursor: null } };
    case 'idempotency.list':
      return trouble.list
        ? refused(id)
        : { id, result: { items: HELD.map(heldKey), next_cursor: null } };
    case 'idempotency.confirm':
      trouble.onConfirm();
      return trouble.confirm ? refused(id) : { id, result: { confirmed: HELD.length } };
    case 'drift.report':
      return { id, result: { items: [DRIFT] } };
    default:
      return { id, result: {} };
  }
}

const DRIFT = {
  resource_kind: 'vm',
  resource_id: idOf(1),
  resource_name: 'web',
  severity: 'low',
  drift_percent: 10,
  fields: [],
  causes: [],
  deployment: 'blue',
  applied_at: '2025-01-01T00:00:00.000Z',
  explanation: ['it drifted'],
};

describe('a session', () => {
  let server: RpcServer;
  let session: Session;

  beforeEach(async () => {
    Object.assign(trouble, { list: false, confirm: false });
    server = await startRpcServer(({ calls, answer }) => answer(calls.map(answerCall)));
    session = open();
  });
  afterEach(async () => {
    await session.close();
    await server.close();
  });

  function open(): Session {
    const endpoint = new URL(server.url);
    return openSession({ endpoint, apiKey: 'k', deployment: 'blue' }, { retryMsMax: 0 });
  }

  const methods = () => server.batches.flat().map(({ method }) => method);

  test('reads a few resources one by one, in one request, and knows them then', async () => {
    const found = await Promise.all([1, 2].map((n) => session.find('vm', idOf(n), signal)));
    expect(found).toMatchObject([{ value: { id: idOf(1) } }, { value: { id: idOf(2) } }]);
    expect(server.batches).toHaveLength(1);
    expect(session.inState).toEqual(new Set([idOf(1), idOf(2)]));
  });

  test('what is gone is undefined, not a problem', async () => {
    expect(await session.find('vm', GONE, signal)).toEqual({ ok: true, value: undefined });
  });

  test('reads many with one list, page by page, and looks the rest up', async () => {
    for (let n = 1; n <= 4; n += 1) await session.find('vm', idOf(n), signal);
    expect(methods()).toEqual(Array(4).fill('vm.get'));
    for (const n of [1, 2, 3]) {
      expect(await session.find('vm', idOf(n), signal)).toMatchObject({ value: { id: idOf(n) } });
    }
    expect(methods().slice(4)).toEqual(['vm.list', 'vm.list']);
    expect(await session.find('vm', GONE, signal)).toEqual({ ok: true, value: undefined });
    expect(methods().slice(6)).toEqual(['vm.get']);
  });

  test('forgets what it read when something is written', async () => {
    for (let n = 1; n <= 5; n += 1) await session.find('vm', idOf(n), signal);
    session.forgetReads();
    const before = methods().length;
    await session.find('vm', idOf(1), signal);
    expect(methods().slice(before)).toEqual(['vm.get']);
  });

  test('asks for the drift of its deployment once a run, and for what that lacks', async () => {
    expect(await session.findDrift(idOf(1), signal)).toMatchObject({ record: { severity: 'low' } });
    expect(await session.findDrift(idOf(2), signal)).toMatchObject({ record: undefined });
    expect(server.batches).toEqual([
      [expect.objectContaining({ method: 'drift.report', params: { deployment: 'blue' } })],
      [expect.objectContaining({ method: 'drift.report', params: { resource_id: idOf(2) } })],
    ]);
  });

  test('asks once which creates the server still answers and confirms those', async () => {
    const made = [...HELD.map(madeBy), idOf(9)];
    await Promise.all(made.map((id) => session.keys.confirm(id, signal)));
    await session.keys.settle();
    expect(server.batches).toEqual([
      [expect.objectContaining({ method: 'idempotency.list' })],
      [expect.objectContaining({ method: 'idempotency.confirm', params: { keys: HELD } })],
    ]);
    await session.keys.confirm(madeBy(String(HELD[0])), signal);
    await session.keys.settle();
    expect(server.batches).toHaveLength(2);
  });

  test('sends the keys by itself soon after', async () => {
    const seen = new Promise<void>((resolve) => {
      trouble.onConfirm = resolve;
    });
    await session.keys.confirm(madeBy(String(HELD[0])), signal);
    await seen;
    expect(methods()).toEqual(['idempotency.list', 'idempotency.confirm']);
  });

  test('what could not be confirmed is left to the next run', async () => {
    trouble.confirm = true;
    await session.keys.confirm(madeBy(String(HELD[0])), signal);
    await session.keys.settle();
    expect(methods()).toEqual(['idempotency.list', 'idempotency.confirm']);
    trouble.confirm = false;
    const next = open();
    await next.keys.confirm(madeBy(String(HELD[0])), signal);
    await next.keys.settle();
    await next.close();
    expect(methods().slice(2)).toEqual(['idempotency.list', 'idempotency.confirm']);
  });

  test('of a server that does not list its keys nothing is known', async () => {
    trouble.list = true;
    await session.keys.confirm(madeBy(String(HELD[0])), signal);
    await session.keys.settle();
    expect(methods()).toEqual(['idempotency.list']);
  });

  test('an answer of an incompatible server is distinguished', async () => {
    const answer = await session.client.call('identity.whoami', {}, { signal });
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'internal', remedy: expect.stringContaining('neighbouring releases') },
    });
  });
});
