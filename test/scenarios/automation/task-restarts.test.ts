/** Tasks whose server restarts, or whose store fails: each has one operation and waits for it. */
import { afterEach, expect, test } from '@jest/globals';
import type { OperationId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change, ChangeSet } from '@novacron/server/ports/store';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Returns the reason why the store refuses a change set; undefined: accepted. */
let refuse: (changes: ChangeSet) => Problem | undefined = () => undefined;

const bench = useBench({
  wrapStore: (store) => ({
    ...store,
    commit: async (changes) => {
      const error = refuse(changes);
      return error === undefined ? store.commit(changes) : { ok: false, error };
    },
  }),
});

afterEach(() => {
  refuse = () => undefined;
});

const AWAY = problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' });

const TEXT = `name: stops
inputs: { vm: string }
steps: [{ id: stop, task: vm.stop, with: { id: "\${vm}" } }]
`;

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

const stops = async () =>
  (await bench().expectOk('operation.list', { limit: 200 })).items.filter(
    ({ kind }) => kind === 'vm.stop',
  );

async function run() {
  const vm = await makeVm(bench());
  const { resource } = await bench().expectOk('workflow.create', { text: TEXT });
  const input = { id: resource.id, inputs: { vm: vm.id } };
  return (await bench().expectOk('workflow.run', input)).operation;
}

/** Waits until the task has begun its operation. */
async function begun(id: OperationId): Promise<string> {
  for (;;) {
    const [child] = (await current(id)).steps[0]?.operations ?? [];
    if (child !== undefined) return child;
    await bench().advance(1);
  }
}

test('an operation that the next server has not taken over yet is waited for', async () => {
  const operation = await run();
  const child = await begun(operation.id);
  const isClaim = (change: Change) =>
    change.kind === 'update' &&
    change.table === 'operations' &&
    change.id === child &&
    'owner' in change.set;
  refuse = (changes) => (changes.some(isClaim) ? AWAY : undefined);
  await bench().restartServer();
  await bench().advance(5_000);
  expect(await current(operation.id)).toMatchObject({
    status: 'running',
    steps: [{ attempts: 1, operations: [child] }],
  });
  refuse = () => undefined;
  await bench().end(operation);
  expect(await current(operation.id)).toMatchObject({
    status: 'succeeded',
    steps: [{ attempts: 1, operations: [child] }],
  });
  expect(await stops()).toMatchObject([{ id: child, status: 'succeeded' }]);
});

test('an attempt whose end cannot be stored at first is not repeated', async () => {
  const operation = await run();
  const child = await begun(operation.id);
  let refused = 0;
  refuse = (changes) => {
    const isEnd = changes.some(
      (change) => change.kind === 'put' && change.into === 'execution_steps',
    );
    if (!isEnd || refused > 0) return undefined;
    refused += 1;
    return AWAY;
  };
  await bench().end(operation);
  expect(refused).toBe(1);
  expect(await current(operation.id)).toMatchObject({
    status: 'succeeded',
    steps: [{ attempts: 1, operations: [child] }],
  });
  expect(await stops()).toMatchObject([{ id: child, status: 'succeeded' }]);
});

test('after an operation that has failed the next attempt begins another one', async () => {
  const made = await makeVm(bench());
  const text = `name: fails
inputs: { vm: string }
steps:
  - id: stop
    task: vm.stop
    with: { id: "\${vm}" }
    timeout: 1ms
    retry: { max_attempts: 2, backoff: fixed, delay: 1s }
`;
  const { resource } = await bench().expectOk('workflow.create', { text });
  const input = { id: resource.id, inputs: { vm: made.id } };
  const { operation } = await bench().expectOk('workflow.run', input);
  await bench().end(operation);
  const [step] = (await current(operation.id)).steps;
  expect([step?.attempts, step?.operations.length]).toEqual([2, 2]);
});
