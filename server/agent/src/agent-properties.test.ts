import { describe, expect, test } from '@jest/globals';
import type { AgentCommand } from '@novacron/contract/agent/agent';
import type { MachineAction } from '@novacron/contract/agent/agent-actions';
import type { Machine } from '@novacron/contract/agent/machine';
import fc from 'fast-check';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';
import { createSampleIds, sampleSpec } from './test-kit/samples.ts';

const VMS = 3;

const volumeId = createSampleIds()('vol');

// Sizes leave room for every machine, so that no machine's fate hangs on another's timing.
const spec = fc.record({ cpu_cores: fc.integer({ min: 1, max: 4 }) }).map(sampleSpec);

const action: fc.Arbitrary<MachineAction> = fc.oneof(
  spec.map((made) => ({ kind: 'create' as const, spec: made })),
  fc
    .tuple(spec, fc.constantFrom('allowed', 'forbidden'))
    .map(([changed, restart]) => ({ kind: 'configure' as const, spec: changed, restart })),
  fc.constantFrom(
    { kind: 'start' as const },
    { kind: 'stop' as const },
    { kind: 'delete' as const },
  ),
  fc
    .integer({ min: 1, max: 9 })
    .map((size_gb) => ({ kind: 'attach' as const, volume: { volume_id: volumeId, size_gb } })),
  fc.constant({ kind: 'detach' as const, volume_id: volumeId }),
  spec.map((made) => ({ kind: 'prepare-incoming' as const, spec: made, volumes: [] })),
  fc.constantFrom({ kind: 'migrate' as const, to_node: 'node-02' }, { kind: 'activate' as const }),
);

/** Random events that a server and failures cause in an agent. */
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      vm: fc.nat({ max: VMS - 1 }),
      action,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: 'restart' as const }, { kind: 'kill' as const }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      fault: fc.constantFrom('hang' as const, 'crash-before-answer' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'settle' as const }) },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

describe('an agent', () => {
  test('repeats and deaths leave what each command once in order leaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        const rough = await play(events);
        const smooth = await play(events.filter(({ kind }) => kind === 'command'));
        expect(rough).toEqual(smooth);
        expect(smooth.outcomes).not.toContain('running');
      }),
    );
  });
});

/** Attempts at a step and its undo as a server decides on them, one after the other. */
const decisions = fc.array(fc.constantFrom<'create' | 'undo:create'>('create', 'undo:create'), {
  minLength: 1,
  maxLength: 6,
});

describe('commands of one step', () => {
  test('late, repeated and in any order, they leave what the last of them leaves', async () => {
    await fc.assert(
      fc.asyncProperty(
        decisions,
        fc.array(fc.nat({ max: 5 }), { maxLength: 12 }),
        fc.constantFrom('crash', 'stay'),
        async (steps, order, fate) => {
          const bench = openAgentBench();
          try {
            const base = bench.command(bench.ids('vm'), 1, { kind: 'delete' });
            const all = steps.map((step, index): AgentCommand => {
              const action: MachineAction =
                step === 'create' ? { kind: 'create', spec: sampleSpec() } : { kind: 'delete' };
              return { ...base, step: `${step}#${index + 1}`, sequence: index + 1, action };
            });
            // Whatever came before it or comes after it, the last decision arrives at some time.
            const arrivals = [...order.map((index) => index % all.length), all.length - 1];
            const late = [...arrivals, ...order.map((index) => index % all.length)];
            for (const index of late) {
              await bench.send(all[index] ?? base);
              await bench.time.settle();
              if (fate === 'crash') await bench.crash();
            }
            const last = steps.at(-1);
            expect(await bench.machines()).toHaveLength(last === 'create' ? 1 : 0);
            expect(await bench.outcomeOf(all.at(-1) ?? base)).toMatchObject({
              kind: 'ended',
              outcome: { kind: 'succeeded' },
            });
          } finally {
            await bench.dispose();
          }
        },
      ),
    );
  });
});

interface Ending {
  readonly machines: readonly Machine[];
  /** Outcome of each command, in the order in which they were sent. */
  readonly outcomes: readonly string[];
}

/** Plays the events and lets the agent die once more, so that everything is done at the end. */
async function play(events: readonly Event[]): Promise<Ending> {
  const bench = openAgentBench();
  try {
    const sent: AgentCommand[] = [];
    const vms = Array.from({ length: VMS }, () => bench.ids('vm'));
    for (const one of events) await playEvent({ bench, sent, vms, one });
    bench.driver().faults.clear();
    await bench.crash();
    await bench.time.settle();
    const outcomes: string[] = [];
    for (const command of sent) {
      const answer = await bench.outcomeOf(command);
      outcomes.push(answer.kind === 'ended' ? answer.outcome.kind : answer.kind);
    }
    return { machines: await bench.machines(), outcomes };
  } finally {
    await bench.dispose();
  }
}

interface Scene {
  readonly bench: AgentBench;
  readonly sent: AgentCommand[];
  readonly vms: readonly AgentCommand['vm_id'][];
  readonly one: Event;
}

async function playEvent({ bench, sent, vms, one }: Scene): Promise<void> {
  if (one.kind === 'command') {
    const vm = vms[one.vm];
    if (vm === undefined) return;
    const command = bench.command(vm, sent.length + 1, one.action);
    sent.push(command);
    expect(await bench.send(command)).toEqual({ kind: 'accepted' });
  } else if (one.kind === 'repeat') {
    const command = sent[one.which % Math.max(1, sent.length)];
    if (command === undefined) return;
    expect(await bench.send(command)).toEqual({ kind: 'accepted' });
  } else if (one.kind === 'restart') {
    await bench.crash();
  } else if (one.kind === 'kill') {
    await bench.kill();
  } else if (one.kind === 'fault') {
    bench.driver().faults.add({ action: 'any', kind: one.fault });
  } else {
    await bench.time.settle();
  }
}
