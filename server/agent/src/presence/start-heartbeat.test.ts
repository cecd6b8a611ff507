import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import {
  announceSubject,
  commandSubject,
  leaseSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { type AgentBench, openAgentBench } from '../test-kit/agent-bench.ts';
import { sampleSpec } from '../test-kit/samples.ts';
import { HEARTBEAT_MS, LEASE_MS } from './send-beats.ts';

const NODE = 'node-01';

let bench: AgentBench;
let heard: AgentAnnouncement[];
/** Whether a server acknowledges what it hears. */
let server: 'there' | 'away';

beforeEach(async () => {
  bench = openAgentBench();
  heard = [];
  server = 'there';
  bench.bus.subscribe(announceSubject(NODE), (message) => {
    heard.push(AgentAnnouncement.parse(message));
    if (server === 'there') acknowledge(heard.length);
  });
  await bench.crash();
  await bench.time.settle();
});
afterEach(() => bench.dispose());

/** Acknowledges a beat as a server does; the first announcement heard is number 1. */
function acknowledge(beat: number, changes: JsonObject = {}): void {
  const { incarnation = '' } = heard[0] ?? {};
  bench.bus.publish(leaseSubject(NODE), { incarnation, beat, ...changes });
}

/** Returns the agent's answer to a command. */
async function tryCommand(): Promise<string> {
  const command = bench.command(bench.ids('vm'), 1, { kind: 'create', spec: sampleSpec() });
  const answer = await bench.bus.request(commandSubject(NODE), command, { timeoutMs: 1_000 });
  return answer.ok ? String(answer.value.kind) : answer.error.code;
}

describe('the lease of an agent', () => {
  test('is announced with the start and the number of the beat', async () => {
    await bench.time.advance(HEARTBEAT_MS);
    const [first, second] = heard;
    expect(first).toMatchObject({ beat: 1, lease_ms: LEASE_MS });
    expect(second).toMatchObject({ beat: 2, incarnation: first?.incarnation });
    await bench.time.advance(1);
    await bench.crash();
    await bench.time.settle();
    const { incarnation = '' } = first ?? {};
    expect(heard[2]?.beat).toBe(1);
    expect(incarnation < (heard[2]?.incarnation ?? '')).toBe(true);
  });

  test('holds as long as a server acknowledges heartbeats', async () => {
    await bench.time.advance(LEASE_MS * 10);
    expect(await tryCommand()).toBe('accepted');
  });

  test('ends its length after the sending of the last beat that was acknowledged', async () => {
    await bench.time.advance(HEARTBEAT_MS);
    server = 'away';
    await bench.time.advance(LEASE_MS - 1);
    expect(await tryCommand()).toBe('accepted');
    await bench.time.advance(1);
    expect(await tryCommand()).toBe('unavailable');
  });

  test('comes back with the next acknowledgement, and machines have run on', async () => {
    await tryCommand();
    await bench.time.settle();
    server = 'away';
    await bench.time.advance(LEASE_MS);
    const before = await bench.machines();
    expect(before).toHaveLength(1);
    expect(await tryCommand()).toBe('unavailable');
    server = 'there';
    await bench.time.advance(HEARTBEAT_MS);
    expect(await tryCommand()).toBe('accepted');
    await bench.time.settle();
    expect(await bench.machines()).toHaveLength(2);
  });

  test.each([
    ['too late', async () => bench.time.advance(LEASE_MS), {}],
    ['for another start', async () => {}, { incarnation: 'another' }],
    ['for a beat that has not been', async () => {}, { beat: 99 }],
    ['without sense', async () => {}, { beat: 'many' }],
  ])('is not made longer by an acknowledgement %s', async (_what, delay, changes) => {
    server = 'away';
    const beat = heard.length;
    await bench.time.advance(HEARTBEAT_MS);
    await delay();
    acknowledge(beat + 1, changes);
    await bench.time.advance(LEASE_MS - HEARTBEAT_MS);
    expect(await tryCommand()).toBe('unavailable');
  });

  test('has run out when the host was suspended, before any timer says so', async () => {
    await bench.time.advance(HEARTBEAT_MS);
    expect(await tryCommand()).toBe('accepted');
    server = 'away';
    bench.time.stall(LEASE_MS);
    // Servers retry after a fault; the next request finds no responder.
    expect(await tryCommand()).toBe('internal');
    expect(await tryCommand()).toBe('unavailable');
    server = 'there';
    await bench.time.advance(2 * HEARTBEAT_MS);
    expect(await tryCommand()).toBe('accepted');
  });

  test('is nothing that can run out where servers never acknowledge', async () => {
    server = 'away';
    await bench.crash();
    await bench.time.advance(LEASE_MS * 3);
    expect(await tryCommand()).toBe('accepted');
  });
});
