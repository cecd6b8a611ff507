/** Nodes that were not heard of for some seconds. */
import { expect, test } from '@jest/globals';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const SECOND_MS = 1_000;

const bench = useBench();

async function nodeNamed(name: string) {
  const { items } = await bench().expectOk('node.list', { limit: 100 });
  return items.find((node) => node.name === name);
}

test('a suspected node shows why, and takes no VMs until it is heard again', async () => {
  const { node } = await makeVm(bench(), { name: 'first' });
  const name = String(node);
  await bench().fleet.stopAgent(name);
  await bench().advance(3 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready', suspected: null });
  await bench().advance(4 * SECOND_MS);
  const reason = expect.stringMatching(/^is suspected: silent for \d s, lost after 20 s/);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready', suspected: { reason } });
  const asked = { ...SMALL_VM, placement: { node: name } };
  const refused = await bench().expectProblem('vm.create', asked);
  const words = 'is suspected to be lost: it was not heard of for some seconds';
  expect(refused).toMatchObject({
    code: 'no-capacity',
    data: { nodes: { [name]: [{ reason: 'status', words }] } },
  });
  const { items } = await bench().expectOk('incident.list', { limit: 10 });
  expect(items).toEqual([]);
  bench().fleet.restartAgent(name);
  await bench().advance(2 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready', suspected: null });
  const { node: place } = await makeVm(bench(), asked);
  expect(place).toBe(name);
});

test('a node whose agent was stopped on purpose takes no VMs, and is lost late', async () => {
  const { node } = await makeVm(bench(), { name: 'first' });
  const name = String(node);
  await bench().advance(2 * SECOND_MS);
  await bench().fleet.stopAgent(name, { plannedStopMs: 60 * SECOND_MS });
  await bench().advance(SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({
    status: 'ready',
    suspected: {
      reason: expect.stringMatching(/^its agent was stopped on purpose, and is expected back by /),
      planned_until: expect.any(String),
    },
  });
  expect((await nodeNamed(name))?.suspected).not.toHaveProperty('stopped_start');
  const asked = { ...SMALL_VM, placement: { node: name } };
  const refused = await bench().expectProblem('vm.create', asked);
  const words = 'takes no VMs for now: its agent was stopped on purpose';
  expect(refused.data).toMatchObject({ nodes: { [name]: [{ reason: 'status', words }] } });
  await bench().advance(50 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready' });
  bench().fleet.restartAgent(name);
  await bench().advance(2 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready', suspected: null });
  await bench().fleet.stopAgent(name, { plannedStopMs: 60 * SECOND_MS });
  await bench().advance(64 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'lost', suspected: null });
  const { items } = await bench().expectOk('incident.list', { limit: 10 });
  expect(items).toMatchObject([{ cause: 'node_lost' }]);
  bench().fleet.restartAgent(name);
  await bench().advance(20 * SECOND_MS);
});
