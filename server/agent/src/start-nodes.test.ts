import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { inspectSubject } from '@novacron/contract/agent/agent-subjects';
import { silentLogger } from '@novacron/runtime/logger';
import { NO_TRACER } from '@novacron/tracing/tracer';
import { startNodes } from './start-nodes.ts';
import { createSampleRng, sampleNode } from './test-kit/samples.ts';
import { createVirtualTime, type VirtualTime } from './test-kit/virtual-time.ts';

const NODE = 'node-01';
const MINUTE_MS = 60_000;

let time: VirtualTime;
let dataDir: string;
let bus: Bus;
let stop: AbortController;
let warnings: string[];
/** Lets the agent answer: a host without time for it does not. */
let letAnswer: () => void;
let started: ReturnType<typeof startNodes>;
let state: 'starting' | 'started';

beforeEach(() => {
  time = createVirtualTime();
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-start-nodes-'));
  stop = new AbortController();
  warnings = [];
  state = 'starting';
  const gate = new Promise<void>((resolve) => {
    letAnswer = resolve;
  });
  const inner = openMemoryBus({ timers: time.timers });
  bus = {
    ...inner,
    respond: (subject, answer) =>
      inner.respond(subject, async (message) => {
        if (subject === inspectSubject(NODE)) await gate;
        return answer(message);
      }),
  };
  started = start();
  void started.then(() => {
    state = 'started';
  });
});
afterEach(async () => {
  letAnswer();
  const answer = await started;
  if (answer.ok) await answer.value.stop({ graceMs: 0 });
  await bus.close();
  rmSync(dataDir, { recursive: true });
});

function start(): ReturnType<typeof startNodes> {
  const { clock, timers } = time;
  const warn = (_fields: object, message: string): void => void warnings.push(message);
  return startNodes({
    nodes: [sampleNode()],
    bus,
    dataDir,
    driver: { kind: 'simulator' },
    incarnation: '1',
    metricsIntervalMs: MINUTE_MS,
    followed: 'keep',
    clock,
    timers,
    rng: createSampleRng(),
    logger: { ...silentLogger, warn },
    tracer: NO_TRACER,
    stop: stop.signal,
  });
}

const notYet = () => warnings.filter((message) => message.includes('has not answered yet'));

describe('an agent that answers late', () => {
  test('is asked again, which the log says, until it answers', async () => {
    await time.advance(MINUTE_MS);
    expect(state).toBe('starting');
    expect(notYet()).toHaveLength(6);
    letAnswer();
    expect(await started).toMatchObject({ ok: true });
  });

  test('is not waited for when it is to stop', async () => {
    await time.advance(MINUTE_MS);
    stop.abort();
    expect(await started).toMatchObject({ ok: true });
  });
});
