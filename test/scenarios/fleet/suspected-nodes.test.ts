/** Nodes that were not heard of for some seconds. */
import { expect, test } from '@jest/globals';
import { announceSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const SECOND_MS = 1_000;

const bench = useBench();

async function nodeNamed(name: string) {
  const { items } = await bench().expectOk('node.list', { limit: 100 });
  return items.find((node) => node.name === name);
}

test('a suspected node shows why, and takes no VMs until it is heard again', async () => {
  const { id, node } = await makeVm(bench(), { name: 'first' });
  const name = String(node);
  await bench().fleet.stopAgent(name);
  await bench().advance(3 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready', suspected: null });
  await bench().advance(4 * SECOND_MS);
  const reason = expect.stringMatching(/^is suspected: no heartbeat for \d s, lost after 20 s/);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready', suspected: { reason } });
  expect(await bench().expectOk('vm.get', { id })).toMatchObject({
    status: 'running',
    status_reason: expect.stringMatching(/^observed before \S+Z; .*no heartbeat for \d s/),
  });
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

/** Stops the agent of a node that goes on being heard: its presence speaks of the silence. */
async function silenceAgent(name: string, { forSeconds }: { readonly forSeconds: number }) {
  let last: JsonObject = {};
  const leave = bench().bus.subscribe(announceSubject(name), (message) => {
    last = message;
  });
  await bench().advance(2 * SECOND_MS);
  leave();
  await bench().fleet.stopAgent(name);
  for (let seconds = 1; seconds <= forSeconds; seconds += 1) {
    const beat = Number(last.beat) + seconds;
    bench().bus.publish(announceSubject(name), { ...last, beat, agent_silent_ms: seconds * 1_000 });
    await bench().advance(SECOND_MS);
  }
}

test('a node whose agent hangs is alive: an incident, no VMs, and no fence', async () => {
  const { id, node } = await makeVm(bench(), { name: 'first' });
  const name = String(node);
  await silenceAgent(name, { forSeconds: 60 });
  expect(await nodeNamed(name)).toMatchObject({
    status: 'ready',
    suspected: { agent_silent_since: expect.any(String) },
  });
  const asked = { ...SMALL_VM, placement: { node: name } };
  const refused = await bench().expectProblem('vm.create', asked);
  const words = 'takes no VMs for now: it is alive, and its agent does not respond';
  expect(refused.data).toMatchObject({ nodes: { [name]: [{ reason: 'status', words }] } });
  expect(await bench().expectOk('vm.get', { id })).toMatchObject({
    status: 'unknown',
    status_reason: expect.stringContaining(`the agent of ${name} does not respond since`),
  });
  expect(await bench().expectProblem('vm.stop', { id })).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining(`The agent of node ${name} does not respond`),
    remedy: expect.stringContaining('systemctl restart novacron-agent'),
  });
  const { items } = await bench().expectOk('incident.list', { limit: 10 });
  const advice = expect.stringContaining('systemctl restart novacron-agent');
  expect(items).toMatchObject([
    {
      cause: 'agent_unresponsive',
      target: name,
      summary: `The agent of node ${name} does not respond; the node is alive.`,
      state: 'open',
    },
  ]);
  const shown = await bench().expectOk('incident.get', { id: String(items[0]?.id) });
  expect(shown.advice).toContainEqual(advice);
  bench().fleet.restartAgent(name);
  await bench().advance(60 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'ready', suspected: null });
  const after = await bench().expectOk('incident.list', { limit: 10 });
  expect(after.items).toMatchObject([{ cause: 'agent_unresponsive', state: 'resolved' }]);
});

test('a node that dies after its agent is suspected for its own silence, then lost', async () => {
  const { node } = await makeVm(bench(), { name: 'first' });
  const name = String(node);
  await silenceAgent(name, { forSeconds: 40 });
  const before = (await nodeNamed(name))?.suspected;
  expect(before).toMatchObject({ reason: expect.stringMatching(/^its agent does not respond/) });
  await bench().advance(7 * SECOND_MS);
  const reason = expect.stringMatching(/^is suspected: no heartbeat for \d s, lost after 20 s/);
  expect(await nodeNamed(name)).toMatchObject({
    status: 'ready',
    suspected: { reason, agent_silent_since: before?.agent_silent_since },
  });
  const asked = { ...SMALL_VM, placement: { node: name } };
  const refused = await bench().expectProblem('vm.create', asked);
  const words = 'is suspected to be lost: it was not heard of for some seconds';
  expect(refused.data).toMatchObject({ nodes: { [name]: [{ reason: 'status', words }] } });
  await bench().advance(20 * SECOND_MS);
  expect(await nodeNamed(name)).toMatchObject({ status: 'lost', suspected: null });
  const { items } = await bench().expectOk('incident.list', { limit: 10 });
  const open = items.filter(({ state }) => state !== 'resolved');
  expect(open).toMatchObject([{ cause: 'node_lost', target: name }]);
  // The silence of its agent went over into the loss: nothing was healed by that.
  expect(await bench().expectOk('healing.report', {})).toMatchObject({ healed_without_people: 0 });
  bench().fleet.restartAgent(name);
  await bench().advance(20 * SECOND_MS);
});
