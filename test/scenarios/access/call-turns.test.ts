import { expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { createApplication } from '@novacron/server/app/composition/create-application';
import { beginRequest, type Principal } from '@novacron/server/app/kernel/context/call-context';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { answerRpc } from '@novacron/server/transports/json-rpc/answer-rpc';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

/** Maximum number of elements in a batch. */
const BATCH = 100;

/** More than a turn of the event loop may take, each time that the clock is read. */
const STEP_MS = 10;

/**
 * Calls of two tenants on a clock that goes on whenever it is read: every call takes longer than a
 * turn of the loop may.
 */
async function startTwoTenants() {
  const { deps, admin } = bench();
  let steadyMs = 0;
  const clock = {
    nowMs: deps.clock.nowMs,
    steadyMs: () => {
      steadyMs += STEP_MS;
      return steadyMs;
    },
  };
  const { application } = createApplication({ ...deps, clock });
  const made = await bench().expectOk('tenant.create', { name: 'research' });
  const found = await application.authenticate(made.secret ?? '');
  if (!found.ok) throw new Error(found.error.detail);
  const core = { application, logger: deps.logger };
  const ended: string[] = [];
  const contextOf = (principal: Principal) => ({
    principal,
    requestId: application.nextRequestId(),
    client: 'rest' as const,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  });
  const ask = async (principal: Principal, name: OperationName, rawInput: unknown) => {
    const answer = await dispatch(core, { name, rawInput, context: contextOf(principal) });
    ended.push(principal.tenantId === admin.tenantId ? 'loud' : 'quiet');
    return answer;
  };
  return { core, ask, contextOf, ended, loud: admin, quiet: found.value };
}

test('a flood of plans of one tenant lets another one have every second turn', async () => {
  const { ask, ended, loud, quiet } = await startTwoTenants();
  const vms = [{ ...SMALL_VM, name: 'a' }];
  const flood = Array.from({ length: 50 }, () => ask(loud, 'placement.batch', { vms }));
  const calls = Array.from({ length: 5 }, () => ask(quiet, 'placement.batch', { vms }));
  for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ ok: true });
  // One turn of the flood before each call of the other tenant, and one that had begun.
  expect(ended.filter((who) => who === 'loud').length).toBeLessThanOrEqual(6);
  for (const answer of await Promise.all(flood)) expect(answer).toMatchObject({ ok: true });
});

test('the elements of a batch wait for their turns, too', async () => {
  const { core, contextOf, ask, loud, quiet } = await startTwoTenants();
  const elements = Array.from({ length: BATCH }, (_, id) => ({
    jsonrpc: '2.0',
    id,
    method: 'audit.list',
    params: {},
  }));
  const context = contextOf(loud);
  let isOver = false;
  const batch = answerRpc(core, elements, context).finally(() => {
    isOver = true;
  });
  expect(await ask(quiet, 'vm.list', {})).toMatchObject({ ok: true });
  expect(isOver).toBe(false);
  expect(JSON.parse((await batch) ?? '')).toHaveLength(BATCH);
});
