import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inspectSubject, outcomeSubject } from '@novacron/contract/agent/agent-subjects';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';
import { sampleSpec } from './test-kit/samples.ts';

const MIGRATE_MS = 20_000;
let bench: AgentBench;

beforeEach(() => {
  bench = openAgentBench({ latencyMs: { migrate: { min: MIGRATE_MS, max: MIGRATE_MS } } });
});
afterEach(() => bench.dispose());

async function startedVm() {
  const vm_id = bench.ids('vm');
  const create = { kind: 'create', spec: { ...sampleSpec() } } as const;
  await bench.send(bench.command(vm_id, 1, create));
  await bench.time.advance(1_000);
  await bench.send(bench.command(vm_id, 2, { kind: 'start' }));
  await bench.time.advance(1_000);
  return vm_id;
}

const migrate = { kind: 'migrate', to_node: 'node-b', release: 'yes' } as const;

test('a migration that is cancelled ends at once, and the machine stays', async () => {
  const command = bench.command(await startedVm(), 3, migrate);
  await bench.send(command);
  await bench.time.advance(MIGRATE_MS / 2);
  const { operation_id, step } = command;
  const query = { operation_id, step, cancel: 'yes' } as const;
  await bench.bus.request(outcomeSubject('node-01'), query, { timeoutMs: 1_000 });
  await bench.time.advance(0);
  expect(await bench.outcomeOf(command)).toEqual({
    kind: 'ended',
    outcome: {
      kind: 'failed',
      message: 'The simulated migrate was given up.',
      next: 'retry',
    },
  });
  expect(await bench.machines()).toMatchObject([{ status: 'running' }]);
});

test('a hypervisor whose nodes need to know nothing of each other says so', async () => {
  const vm_id = await startedVm();
  const query = { migration: 'target', vm_id } as const;
  const answer = await bench.bus.request(inspectSubject('node-01'), query, { timeoutMs: 1_000 });
  expect(answer).toEqual({
    ok: true,
    value: { kind: 'none', message: 'The hypervisor simulator says nothing.' },
  });
});
