/** The clock of a host is set while its agent runs: by hours, in both directions. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import {
  announceSubject,
  commandSubject,
  leaseSubject,
} from '@novacron/contract/agent/agent-subjects';
import { ACTION_MS_MAX } from '@novacron/contract/agent/command-limits';

import { HEARTBEAT_MS, LEASE_MS } from './presence/send-beats.ts';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';
import { sampleSpec } from './test-kit/samples.ts';

const NODE = 'node-01';
const HOUR_MS = 3_600_000;
const CREATE = { kind: 'create', spec: sampleSpec() } as const;

let bench: AgentBench;
let stepMs: number;
let server: 'there' | 'away';

beforeEach(async () => {
  stepMs = 0;
  server = 'there';
  bench = openAgentBench({ wallStepMs: () => stepMs });
  bench.bus.subscribe(announceSubject(NODE), (message) => {
    const { incarnation = '', beat = 0 } = AgentAnnouncement.parse(message);
    if (server === 'there') bench.bus.publish(leaseSubject(NODE), { incarnation, beat });
  });
  await bench.crash();
  await bench.time.settle();
});
afterEach(() => bench.dispose());

async function isAccepted(): Promise<boolean> {
  const command = bench.command(bench.ids('vm'), 1, CREATE);
  const answer = await bench.bus.request(commandSubject(NODE), command, { timeoutMs: 1_000 });
  await bench.time.settle();
  return answer.ok;
}

describe.each([
  ['forward', 10 * HOUR_MS],
  ['back', -10 * HOUR_MS],
])('a clock that steps %s', (_where, byMs) => {
  test('ends no lease, and makes none longer', async () => {
    await bench.time.advance(HEARTBEAT_MS);
    stepMs = byMs;
    await bench.time.advance(HEARTBEAT_MS);
    expect(await isAccepted()).toBe(true);
    server = 'away';
    await bench.time.advance(LEASE_MS - 2 * HEARTBEAT_MS);
    stepMs = 0;
    expect(await isAccepted()).toBe(true);
    stepMs = byMs;
    await bench.time.advance(2 * HEARTBEAT_MS);
    expect(await isAccepted()).toBe(false);
  });

  test('makes no command run again', async () => {
    const vm_id = bench.ids('vm');
    const create = bench.command(vm_id, 1, CREATE);
    await bench.send(create);
    await bench.time.settle();
    stepMs = byMs;
    expect(await bench.send(bench.command(vm_id, 2, { kind: 'start' }))).toMatchObject({
      kind: 'accepted',
    });
    await bench.time.settle();
    const before = bench.completions.length;
    expect(await bench.send(create)).toMatchObject({ kind: 'accepted' });
    await bench.time.settle();
    expect(bench.completions.slice(before)).toMatchObject([{ step: 'create' }]);
    expect(await bench.machines()).toMatchObject([{ generation: 2, status: 'running' }]);
    await bench.crash();
    expect(await bench.outcomeOf(create)).toMatchObject({ kind: 'ended' });
  });

  test('changes no time limit of a command', async () => {
    const vm_id = bench.ids('vm');
    bench.driver().faults.add({ action: 'create', kind: 'hang' });
    await bench.send(bench.command(vm_id, 1, CREATE));
    stepMs = byMs;
    await bench.time.advance(ACTION_MS_MAX - HEARTBEAT_MS);
    expect(bench.completions).toEqual([]);
    await bench.time.advance(2 * HEARTBEAT_MS);
    expect(bench.completions).toMatchObject([{ outcome: { kind: 'failed', next: 'retry' } }]);
  });
});
