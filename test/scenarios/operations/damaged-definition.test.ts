/** An operation whose definition cannot be decrypted waits; the others go on. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Bench, startBench } from '../test-kit/start-bench.ts';
import { SMALL_VM } from '../test-kit/use-bench.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.stop());

test('a damaged definition stops only its own operation, and the answer says so', async () => {
  for (const driver of bench.fleet.drivers.values()) {
    driver.faults.add({ action: 'create', kind: 'fail-retry', times: 2 });
  }
  const [broken, sound] = await Promise.all(
    ['broken', 'sound'].map((name) => bench.expectOk('vm.create', { ...SMALL_VM, name })),
  );
  if (broken === undefined || sound === undefined) throw new Error('two were asked for');
  const { store } = bench;
  const [row] = await store.read({ from: 'operations', where: { id: broken.operation.id } });
  if (row === undefined) throw new Error('the operation is stored');
  // A sealed value that cannot be opened reads as the empty text.
  await store.commit([{ kind: 'put', into: 'operations', row: { ...row, definition_json: '' } }]);
  await bench.restartServer();
  expect(await bench.end(sound.operation)).toMatchObject({ status: 'succeeded' });
  await bench.advance(60_000);
  expect(await bench.expectOk('operation.get', { id: broken.operation.id })).toMatchObject({
    status: 'running',
    steps: [],
    problem: { code: 'unavailable', detail: expect.stringContaining(broken.operation.id) },
  });
  expect((await bench.expectOk('operation.list', {})).items).toHaveLength(2);
  expect(bench.errors.join()).toContain('cannot be decrypted');

  await store.commit([{ kind: 'put', into: 'operations', row }]);
  expect(await bench.end(broken.operation)).toMatchObject({ status: 'succeeded' });
});
