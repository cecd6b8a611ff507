import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CommandProgress } from '@novacron/contract/agent/agent-progress';
import { ANY_NODE, progressSubject } from '@novacron/contract/agent/agent-subjects';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';
import { sampleSpec } from './test-kit/samples.ts';

const CREATE_MS = 20_000;
const create = { kind: 'create', spec: { ...sampleSpec() } } as const;

let bench: AgentBench;
let said: CommandProgress[];

beforeEach(() => {
  bench = openAgentBench({
    latencyMs: { create: { min: CREATE_MS, max: CREATE_MS }, start: { min: 400, max: 400 } },
  });
  said = [];
  bench.bus.subscribe(progressSubject(ANY_NODE), (message) =>
    said.push(CommandProgress.parse(message)),
  );
});
afterEach(() => bench.dispose());

test('a command that takes long says how far it is, in steps of 5 percent and to 95', async () => {
  const command = bench.command(bench.ids('vm'), 1, create);
  await bench.send(command);
  await bench.time.advance(CREATE_MS / 2);
  const { operation_id, step } = command;
  expect(said.at(-1)).toEqual({ operation_id, step, percent: 50 });
  await bench.time.advance(CREATE_MS / 2);
  const percents = Array.from({ length: 19 }, (_, index) => 5 * (index + 1));
  expect(said.map(({ percent }) => percent)).toEqual(percents);
  expect(await bench.outcomeOf(command)).toMatchObject({ kind: 'ended' });
});

test('a command that is over soon says nothing but its end', async () => {
  const { vm_id } = bench.command(bench.ids('vm'), 1, create);
  await bench.send(bench.command(vm_id, 1, create));
  await bench.time.advance(CREATE_MS);
  said = [];
  await bench.send(bench.command(vm_id, 1, { kind: 'start' }));
  await bench.time.advance(400);
  expect(await bench.machines()).toMatchObject([{ status: 'running' }]);
  expect(said).toEqual([]);
});

test('a command that an agent runs again after a restart starts its progress over', async () => {
  await bench.send(bench.command(bench.ids('vm'), 1, create));
  await bench.time.advance(CREATE_MS / 2);
  await bench.crash();
  said = [];
  await bench.time.advance(CREATE_MS / 10);
  expect(said.map(({ percent }) => percent)).toEqual([5, 10]);
});
