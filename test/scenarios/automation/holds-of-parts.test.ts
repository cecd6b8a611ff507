/** A hold that begins between the begin of a step and the admission of what it starts. */
import { expect, test } from '@jest/globals';
import type { Store } from '@novacron/server/ports/store';
import { useBench } from '../test-kit/use-bench.ts';

let begun: () => Promise<void> = async () => {};

/** Calls `begun` once the begin of the step `call` is in the log. */
function watchBegin(store: Store): Store {
  return {
    ...store,
    commit: async (changes) => {
      const done = await store.commit(changes);
      const text = JSON.stringify(changes);
      const isBegin = text.includes('started') && text.includes('call') && done.ok;
      if (isBegin && changes.some((each) => 'into' in each && each.into === 'operation_log')) {
        const hold = begun;
        begun = async () => {};
        await hold();
      }
      return done;
    },
  };
}

const bench = useBench({ wrapStore: watchBegin });

test('a workflow that a step was about to start starts at the release', async () => {
  const { resource: part } = await bench().expectOk('workflow.create', {
    text: 'name: part\nsteps:\n  - { id: settle, wait: 1s }\n',
  });
  const { resource } = await bench().expectOk('workflow.create', {
    text: 'name: whole\nsteps:\n  - { id: call, workflow: part, retry: { max_attempts: 1 } }\n',
  });
  let isHeld = false;
  begun = async () => {
    isHeld = true;
    await bench().expectOk('automation.hold', { reason: 'it does too much' });
  };
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
  await bench().advance(60_000);
  expect(isHeld).toBe(true);
  const parts = { workflow_id: [part.id] };
  expect((await bench().expectOk('execution.list', parts)).items).toEqual([]);
  const held = await bench().expectOk('execution.get', { id: operation.id });
  expect(held.steps).toMatchObject([{ id: 'call', status: 'running', attempts: 1 }]);
  await bench().expectOk('automation.release', {});
  expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
  const { items } = await bench().expectOk('execution.list', parts);
  expect(items).toMatchObject([{ status: 'succeeded' }]);
});
