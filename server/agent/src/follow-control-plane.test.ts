/**
 * Control plane that an agent follows: claims that it accepts, refuses, remembers and announces.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import {
  announceSubject,
  commandSubject,
  healthSubject,
  leaseSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { ControlPlaneClaim } from '@novacron/contract/fleet/control-plane';
import { HEARTBEAT_MS, LEASE_MS } from './presence/send-beats.ts';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';
import { sampleSpec } from './test-kit/samples.ts';

const NODE = 'node-01';

const FIRST = { id: 'cp_a', term: 'term_a1', number: 1 };
const SECOND = { id: 'cp_a', term: 'term_a2', number: 2 };
const OTHER = { id: 'cp_b', term: 'term_b1', number: 1 };
/** Term of the store that was restored from a backup of the first store. */
const COPY = { id: 'cp_a', term: 'term_c2', number: 2 };

let bench: AgentBench;
let announced: AgentAnnouncement[];

beforeEach(async () => {
  bench = openAgentBench();
  announced = [];
  bench.bus.subscribe(announceSubject(NODE), (message) => {
    announced.push(AgentAnnouncement.parse(message));
  });
  await bench.time.advance(HEARTBEAT_MS);
});
afterEach(() => bench.dispose());

/** Returns the agent's answer to a new command under a claim. */
async function command(claim?: ControlPlaneClaim): Promise<unknown> {
  const plain = bench.command(bench.ids('vm'), 1, { kind: 'create', spec: sampleSpec() });
  const message = claim === undefined ? plain : { ...plain, control_plane: claim };
  const answer = await bench.bus.request(commandSubject(NODE), message, { timeoutMs: 1_000 });
  await bench.time.settle();
  if (!answer.ok) return answer.error.code;
  return answer.value.kind === 'not-followed' ? answer.value : answer.value.kind;
}

/** Acknowledges the last announcement. */
async function renew(claim?: ControlPlaneClaim): Promise<void> {
  const { incarnation = '', beat = 0 } = announced.at(-1) ?? {};
  const control_plane = claim === undefined ? {} : { control_plane: claim };
  bench.bus.publish(leaseSubject(NODE), { incarnation, beat, ...control_plane });
  await bench.time.settle();
}

async function nextAnnouncement(): Promise<AgentAnnouncement | undefined> {
  await bench.time.advance(HEARTBEAT_MS);
  return announced.at(-1);
}

describe('an agent that has heard of no control plane', () => {
  test('accepts commands of servers that name none', async () => {
    expect(await command()).toBe('accepted');
    await renew();
    expect(await command()).toBe('accepted');
    expect((await nextAnnouncement())?.follows).toBeUndefined();
  });

  test.each([
    ['command', () => command(FIRST)],
    ['lease renewal', async () => renew(FIRST)],
  ])('follows the first one that names itself in a %s', async (_what, hear) => {
    await hear();
    expect((await nextAnnouncement())?.follows).toEqual(FIRST);
    expect(await command(OTHER)).toEqual({ kind: 'not-followed', follows: FIRST });
    expect(await command(FIRST)).toBe('accepted');
  });
});

describe('an agent that follows a control plane', () => {
  beforeEach(async () => {
    expect(await command(FIRST)).toBe('accepted');
  });

  test('refuses commands that name none, in a way in which servers of level 2 retry', async () => {
    expect(await command()).toBe('internal');
    expect(await bench.machines()).toHaveLength(1);
  });

  test('checks no guest for another one, which could run a program in it', async () => {
    const check = (claim?: ControlPlaneClaim) =>
      bench.bus.request(
        healthSubject(NODE),
        {
          vm_id: bench.ids('vm'),
          probe: { kind: 'command', command: ['true'] },
          timeout_ms: 1_000,
          ...(claim === undefined ? {} : { control_plane: claim }),
        },
        { timeoutMs: 1_000 },
      );
    const refused = { kind: 'unknown', reason: 'the agent follows another control plane' };
    expect(await check(OTHER)).toEqual({ ok: true, value: refused });
    for (const claim of [FIRST, undefined]) {
      expect(await check(claim)).not.toEqual({ ok: true, value: refused });
    }
  });

  test('accepts a successor, and its predecessor no more', async () => {
    expect(await command(SECOND)).toEqual({ kind: 'not-followed', follows: FIRST });
    expect(await command({ ...SECOND, after: [FIRST.term] })).toBe('accepted');
    expect(await command(SECOND)).toBe('accepted');
    expect(await command(FIRST)).toEqual({ kind: 'not-followed', follows: SECOND });
  });

  test.each([
    ['the original', SECOND, COPY],
    ['the copy', COPY, SECOND],
  ])('refuses the later one of an original and its restored copy: first %s', async (_w, a, b) => {
    expect(await command({ ...a, after: [FIRST.term] })).toBe('accepted');
    expect(await command({ ...b, after: [FIRST.term] })).toEqual({
      kind: 'not-followed',
      follows: a,
    });
    expect(await bench.machines()).toHaveLength(2);
  });

  test('of two successors whose commands arrive together follows one', async () => {
    const answers = await Promise.all([
      command({ ...SECOND, after: [FIRST.term] }),
      command({ ...COPY, after: [FIRST.term] }),
    ]);
    expect(answers).toEqual(['accepted', { kind: 'not-followed', follows: SECOND }]);
  });

  test.each([
    ['a crash', () => bench.crash()],
    ['a kill', () => bench.kill()],
  ])('still follows it after %s', async (_what, stop) => {
    await stop();
    await bench.time.settle();
    expect(announced.at(-1)?.follows).toEqual(FIRST);
    expect(await command(OTHER)).toEqual({ kind: 'not-followed', follows: FIRST });
    expect(await command(FIRST)).toBe('accepted');
  });

  test('does not run commands whose term was lost with a kill', async () => {
    const before = await bench.machines();
    const lost = command({ ...SECOND, after: [FIRST.term] });
    await bench.fleet.killAgent(NODE);
    bench.fleet.restartAgent(NODE);
    expect(await lost).not.toBe('accepted');
    expect((await nextAnnouncement())?.follows).toEqual(FIRST);
    expect(await bench.machines()).toEqual(before);
  });

  test('has a lease of that one alone', async () => {
    await renew(FIRST);
    await bench.time.advance(LEASE_MS - 1);
    await renew(OTHER);
    await renew();
    await bench.time.advance(1);
    expect(await command(FIRST)).toBe('unavailable');
    await renew({ ...SECOND, after: [FIRST.term] });
    expect(await command(SECOND)).toBe('accepted');
  });

  test('announces whom it has refused, of several the first, for a minute', async () => {
    expect((await nextAnnouncement())?.refused).toBeUndefined();
    await command(OTHER);
    expect((await nextAnnouncement())?.refused).toMatchObject({ control_plane: OTHER });
    await command();
    expect((await nextAnnouncement())?.refused).toMatchObject({ control_plane: OTHER });
    await bench.time.advance(60_000 - 2 * HEARTBEAT_MS);
    await command();
    expect((await nextAnnouncement())?.refused).toMatchObject({ control_plane: null });
    await bench.time.advance(60_000);
    expect(announced.at(-1)?.refused).toBeUndefined();
  });

  test('announces no refusal any more once it follows the sender', async () => {
    await command(OTHER);
    expect((await nextAnnouncement())?.refused).toMatchObject({ control_plane: OTHER });
    await renew({ ...OTHER, after: [FIRST.term] });
    const said = await nextAnnouncement();
    expect([said?.follows, said?.refused]).toEqual([OTHER, undefined]);
  });
});
