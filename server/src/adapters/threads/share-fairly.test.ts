import { expect, test } from '@jest/globals';
import { shareFairly } from './share-fairly.ts';

const TERMS = { durationMsMax: 1, overran: 'too long' };
const LIMITS = { max: 5, ofTenantMax: 3, busy: 'others are at work' };

/** Runs tasks in their order, and writes them down. */
function makeThread() {
  const begun: string[] = [];
  const run = async ({ task }: { readonly task: string }) => {
    begun.push(task);
    await Promise.resolve();
    return { kind: 'done', answer: task } as const;
  };
  return { begun, run };
}

test('tenants take turns, and one that waits is not behind the queue of another', async () => {
  const thread = makeThread();
  const share = shareFairly<string, string>(thread, LIMITS);
  const ask = (task: string, tenantId: string) => share({ ...TERMS, task, tenantId });
  await Promise.all([ask('a1', 'a'), ask('a2', 'a'), ask('a3', 'a'), ask('b1', 'b')]);
  expect(thread.begun).toEqual(['a1', 'a2', 'b1', 'a3']);
});

test('what was cancelled before its turn does not begin', async () => {
  const thread = makeThread();
  const share = shareFairly<string, string>(thread, LIMITS);
  const ask = (task: string, isWanted: boolean) =>
    share({ ...TERMS, task, tenantId: 'a', isWanted: async () => isWanted });
  const [, second] = await Promise.all([ask('a1', true), ask('a2', false), ask('a3', true)]);
  expect(thread.begun).toEqual(['a1', 'a3']);
  expect(second).toEqual({ kind: 'failed', why: 'it was cancelled before it began' });
});

test('tasks beyond the limit of a tenant, and of all, are refused', async () => {
  const share = shareFairly<string, string>(makeThread(), LIMITS);
  const ask = (tenantId: string) => share({ ...TERMS, task: 'task', tenantId });
  const all = await Promise.all(['a', 'a', 'a', 'a', 'b', 'c', 'd'].map(ask));
  expect(all.flatMap((each) => (each.kind === 'failed' ? [each.why] : []))).toEqual([
    '3 models of the tenant are at work',
    'others are at work',
  ]);
  expect(await ask('a')).toMatchObject({ kind: 'done' });
});
