import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { AgentCompletion } from '@novacron/contract/agent/agent';
import { AgentFeature } from '@novacron/contract/agent/agent-announcement';
import {
  ANY_NODE,
  announceSubject,
  commandSubject,
  completionSubject,
  leaseSubject,
  outcomeSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { VmId } from '@novacron/contract/ids';
import { JsonObject } from '@novacron/contract/json';
import { AgentDatabase } from './database/agent-database.ts';
import { openSimulatorDriver } from './drivers/simulator/open-simulator-driver.ts';
import { openJournal } from './journal/journal.ts';
import { type RunningAgent, startAgent } from './start-agent.ts';
import { createSampleIds, createSampleRng, sampleNode, sampleSpec } from './test-kit/samples.ts';
import { createVirtualTime, type VirtualTime } from './test-kit/virtual-time.ts';

const CREATE_MS = 1_000;
const node = sampleNode();

let dataDir: string;
let time: VirtualTime;
let bus: Bus;
let agent: RunningAgent;
let database: AgentDatabase;
let completed: string[];
let ids: ReturnType<typeof createSampleIds>;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-stop-'));
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers });
  ids = createSampleIds();
  completed = [];
  bus.subscribe(completionSubject(ANY_NODE), (message) => {
    const { vm_id, step, outcome } = AgentCompletion.parse(message);
    completed.push(`${vm_id} ${step} ${outcome.kind}`);
  });
  start();
});
afterEach(async () => {
  await agent.stop();
  database.close();
  await bus.close();
  rmSync(dataDir, { recursive: true });
});

function start(): void {
  const { clock, timers, nextTurn } = time;
  database = new AgentDatabase({ dataDir, node: node.name, nextTurn });
  const latencyMs = { create: { min: CREATE_MS, max: CREATE_MS } };
  const rng = createSampleRng();
  const driver = openSimulatorDriver({ node, database, clock, timers, rng, latencyMs });
  const journal = openJournal({ database, clock });
  agent = startAgent({ bus, driver, journal, node, clock, timers, incarnation: '1' });
}

async function send(vm_id: VmId, kind: 'create' | 'start'): Promise<string> {
  const action = kind === 'create' ? { kind, spec: { ...sampleSpec() } } : { kind };
  const command = { protocol: 1, operation_id: ids('op'), step: kind, vm_id, generation: 1 };
  const message = JsonObject.parse({ ...command, action });
  const answer = await bus.request(commandSubject(node.name), message, { timeoutMs: 1 });
  return answer.ok ? String(answer.value.kind) : answer.error.code;
}

describe('an agent that is asked to stop', () => {
  test('accepts nothing more, lets what runs end and leaves what waits', async () => {
    const vm = ids('vm');
    await send(vm, 'create');
    await send(vm, 'start');
    await time.settle();
    const stopped = agent.stop({ graceMs: CREATE_MS * 2 });
    expect(await send(ids('vm'), 'create')).toBe('unavailable');
    const question = { operation_id: ids('op'), step: 'create' };
    const answer = await bus.request(outcomeSubject(node.name), question, { timeoutMs: 1 });
    expect(answer).toMatchObject({ ok: true, value: { kind: 'unknown' } });
    await time.advance(CREATE_MS);
    await stopped;
    expect(completed).toEqual([`${vm} create succeeded`]);
    expect(time.waitingCount()).toBe(0);
    database.close();
    start();
    await time.settle();
    expect(completed).toEqual([`${vm} create succeeded`, `${vm} start succeeded`]);
  });

  test('gives up what takes longer than the grace, and its successor does it', async () => {
    const vm = ids('vm');
    await send(vm, 'create');
    await time.settle();
    const stopped = agent.stop({ graceMs: CREATE_MS / 2 });
    await time.advance(CREATE_MS / 2);
    await stopped;
    expect(completed).toEqual([]);
    database.close();
    start();
    await time.advance(CREATE_MS);
    expect(completed).toEqual([`${vm} create succeeded`]);
  });
});

describe('an agent that stops as planned', () => {
  const STOP_MS = 60_000;
  let heard: JsonObject[];
  /** Features known to the server. */
  let knows: string[];

  beforeEach(async () => {
    heard = [];
    knows = [...AgentFeature.options];
    bus.subscribe(announceSubject(node.name), (message) => {
      heard.push(message);
      const { incarnation = '', beat = 0 } = message;
      bus.publish(leaseSubject(node.name), { incarnation, beat, knows });
    });
    await time.advance(2_000);
    heard.length = 0;
  });

  test('announces at once for how long it will be away, as long as commands run', async () => {
    await send(ids('vm'), 'create');
    await time.settle();
    const stopped = agent.stop({ graceMs: CREATE_MS * 2, plannedStopMs: STOP_MS });
    await time.settle();
    expect(heard).toMatchObject([{ planned_stop_ms: STOP_MS, incarnation: '1' }]);
    await time.advance(CREATE_MS);
    await stopped;
    // A small beat repeats the announcement.
    expect(heard.slice(1)).toMatchObject([{ announced: heard[0]?.beat }]);
    expect(time.waitingCount()).toBe(0);
  });

  test('announces nothing to servers that do not know it, or when it is not planned', async () => {
    knows = knows.filter((feature) => feature !== 'planned-stop');
    await time.advance(1_000);
    heard.length = 0;
    await agent.stop({ plannedStopMs: STOP_MS });
    expect(heard).toEqual([]);
    database.close();
    knows = [...AgentFeature.options];
    start();
    await time.advance(2_000);
    heard.length = 0;
    await agent.stop();
    expect(heard).toEqual([]);
  });
});
