import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Rng } from '../env.ts';
import { checkCancel } from './check-operator-action.ts';
import { explainWorkflow } from './explain-workflow.ts';
import type { LogEntry, StepEntry } from './log/log-entry.ts';
import type {
  StepDefinition,
  StepRun,
  WorkflowDefinition,
  WorkflowPlan,
} from './model/workflow.ts';
import { planNextSteps } from './plan-next-steps.ts';
import type { PlannedStep } from './rules/expand-steps.ts';
import { ATTEMPTS_MAX, BACKOFF_MS_MAX, planRetry, UNDO_MS_MAX } from './rules/plan-retry.ts';
import { followSteps } from './rules/step-states.ts';

type Definition = WorkflowDefinition<string>;
type Plan = WorkflowPlan<string>;

const STEPS_MAX = 7;
const ITEMS_MAX = 3;
const PARALLEL_MAX = 2;

const EVEN_CHANCE: Rng = { next: () => 0.5, fork: () => EVEN_CHANCE };

/** Any operation: each step comes after some of those before it, and some are repeated. */
const definitions: fc.Arbitrary<Definition> = fc
  .array(
    fc.record({
      after: fc.array(fc.nat(STEPS_MAX - 1), { maxLength: 3 }),
      undo: fc.boolean(),
      items: fc.option(fc.nat(ITEMS_MAX), { freq: 2 }),
      goesOn: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
    }),
    { minLength: 1, maxLength: STEPS_MAX },
  )
  .map((rows) => ({
    steps: rows.map(
      ({ after, undo, goesOn, items }, index): StepDefinition<string> => ({
        name: `s${index}`,
        after: [...new Set(after.filter((before) => before < index))].map((before) => `s${before}`),
        ...(items === null
          ? actionsOf(`s${index}`, undo)
          : {
              action: `list ${items}`,
              undo: null,
              forEach: { ...actionsOf(`item-s${index}`, undo), parallelMax: PARALLEL_MAX },
            }),
        ...(goesOn ? { whenFailed: 'go-on' } : {}),
      }),
    ),
  }));

function actionsOf(name: string, hasUndo: boolean) {
  return { action: `do-${name}`, undo: hasUndo ? `undo-${name}` : null };
}

/** Returns the item count that a listing step reports. */
function itemsOf(action: string): { readonly items?: number } {
  const [word, count] = action.split(' ');
  return word === 'list' ? { items: Number(count) } : {};
}

/** The steps at the end of a log, with those of items. */
function plannedIn({ steps }: Definition, log: readonly LogEntry[]) {
  const followed = followSteps(steps);
  followed.add(log);
  return followed.planned();
}

const OUTCOMES = ['succeeded', 'succeeded', 'succeeded', 'retry', 'final', 'crash'] as const;

/** Next event: the run that ends, and its outcome. */
interface Choice {
  readonly pick: number;
  readonly outcome: (typeof OUTCOMES)[number];
}

type World = (runs: readonly StepRun<string>[]) => Choice;

/** A world that follows no plan. */
const worlds: fc.Arbitrary<World> = fc
  .infiniteStream(fc.record({ pick: fc.nat(), outcome: fc.constantFrom(...OUTCOMES) }))
  .map((stream) => () => stream.next().value);

/** A world in which each attempt has its outcome, however often it is asked for. */
const steadyWorlds: fc.Arbitrary<World> = fc
  .func(fc.nat(OUTCOMES.length - 2))
  .map((fateOf) => ([run]) => ({
    pick: 0,
    outcome: OUTCOMES[fateOf(run?.step, run?.direction, run?.attempt)] ?? 'succeeded',
  }));

interface Life {
  readonly log: readonly LogEntry[];
  readonly end: Extract<Plan, { kind: 'finished' }>;
  readonly rounds: number;
}

/** With the clock of these lives, in which each trouble takes as long as the longest wait. */
const UNDO_ATTEMPTS_MAX = UNDO_MS_MAX / BACKOFF_MS_MAX + 1;

const ROUNDS_MAX = STEPS_MAX * (1 + ITEMS_MAX) * (ATTEMPTS_MAX + UNDO_ATTEMPTS_MAX) * 8;

/** Time follows from the log, so that a life goes on at the moment at which it was cut. */
function timeIn(log: readonly LogEntry[]): number {
  return log.filter(({ kind }) => kind === 'failed').length * BACKOFF_MS_MAX;
}

/** Lives an operation as the executor does: starts are logged, then one run after another ends. */
function live(definition: Definition, world: World, from: readonly LogEntry[] = []): Life {
  const log = [...from];
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
    const nowMs = timeIn(log);
    const plan = planNextSteps(definition, log, nowMs);
    if (plan.kind === 'finished') return { log, end: plan, rounds };
    for (const { step, direction, attempt, alreadyStarted } of plan.runs) {
      if (alreadyStarted === 'yes') continue;
      log.push({ kind: 'started', step, direction, attempt, at_ms: nowMs });
    }
    const { pick, outcome } = world(plan.runs);
    // After a crash everything that was started is planned again, and nothing else.
    if (outcome === 'crash') continue;
    const run = plan.runs[pick % plan.runs.length];
    if (run === undefined) continue;
    const { step, direction, action } = run;
    log.push(
      outcome === 'succeeded'
        ? { kind: 'succeeded', step, direction, ...itemsOf(action) }
        : planRetry({ run, message: 'broken', next: outcome }, { nowMs, rng: EVEN_CHANCE }),
    );
  }
  throw new Error('the operation does not end');
}

function indexOf(log: readonly LogEntry[], wanted: Partial<StepEntry>): number {
  return log.findIndex((entry) =>
    Object.entries({ ...entry, ...wanted }).every(([key, value]) => entry[key] === value),
  );
}

function hasEndedForward(entry: LogEntry, step: PlannedStep<string>): boolean {
  if (entry.step !== step.name || entry.direction !== 'do') return false;
  if (entry.kind === 'succeeded') return true;
  return entry.kind === 'failed' && entry.next === 'final' && step.whenFailed === 'go-on';
}

describe('properties of every operation in every world', () => {
  test('no step starts before all those that it comes after are done', () => {
    fc.assert(
      fc.property(definitions, worlds, (definition, world) => {
        const { log } = live(definition, world);
        const steps = plannedIn(definition, log);
        for (const step of steps) {
          const startedAt = indexOf(log, { kind: 'started', step: step.name, direction: 'do' });
          if (startedAt === -1) continue;
          const before = log.slice(0, startedAt);
          for (const name of step.after) {
            const parent = steps.find((each) => each.name === name);
            expect(parent && before.some((entry) => hasEndedForward(entry, parent))).toBe(true);
          }
        }
      }),
    );
  });

  test('every started step with an undo is undone exactly when the operation fails', () => {
    fc.assert(
      fc.property(definitions, worlds, (definition, world) => {
        const { log, end } = live(definition, world);
        const undone = log.filter((entry) => entry.direction === 'undo');
        if (end.status === 'succeeded') expect(undone).toEqual([]);
        if (end.status !== 'failed') return;
        const wanted = plannedIn(definition, log)
          .filter((step) => step.undo !== null)
          .filter((step) => indexOf(log, { kind: 'started', step: step.name }) !== -1)
          .map((step) => step.name);
        const succeeded = undone.filter((entry) => entry.kind === 'succeeded');
        expect(succeeded.map((entry) => entry.step).sort()).toEqual(wanted.sort());
      }),
    );
  });

  test('a step is taken back only after everything that came after it', () => {
    fc.assert(
      fc.property(definitions, worlds, (definition, world) => {
        const { log } = live(definition, world);
        for (const step of plannedIn(definition, log).filter((each) => each.undo !== null)) {
          const doneAt = indexOf(log, { kind: 'succeeded', step: step.name, direction: 'undo' });
          if (doneAt === -1) continue;
          for (const name of step.after) {
            const undoAt = indexOf(log, { kind: 'started', step: name, direction: 'undo' });
            expect(undoAt === -1 || undoAt > doneAt).toBe(true);
          }
        }
      }),
    );
  });

  test('of each list no more items are under way than it allows, and none is left out', () => {
    fc.assert(
      fc.property(definitions, worlds, (definition, world) => {
        const { log, end } = live(definition, world);
        const followed = followSteps(definition.steps);
        for (const entry of log) {
          followed.add([entry]);
          for (const { name } of definition.steps) {
            const items = followed.planned().filter(({ item }) => item?.of === name);
            const states = items.map((item) => followed.states.get(item.name)?.forward.kind ?? '');
            const begun = states.filter((kind) => ['started', 'waiting-to-retry'].includes(kind));
            expect(begun.length).toBeLessThanOrEqual(PARALLEL_MAX);
          }
        }
        if (end.status !== 'succeeded') return;
        for (const { name } of followed.planned()) {
          expect(followed.states.get(name)?.forward.kind).toMatch(/^(succeeded|failed)$/);
        }
      }),
    );
  });

  test('a stuck operation has taken back all that nothing held up', () => {
    fc.assert(
      fc.property(definitions, worlds, (definition, world) => {
        const { log, end } = live(definition, world);
        if (end.status !== 'stuck') return;
        const gaveUp = log.filter(
          (entry) =>
            entry.kind === 'failed' && entry.direction === 'undo' && entry.next === 'final',
        );
        expect(gaveUp.length).toBeGreaterThan(0);
        for (const { step } of gaveUp) expect(end.message).toContain(`taking back step ${step}`);
      }),
    );
  });

  test('it ends, and no direction of a step is tried more often than allowed', () => {
    fc.assert(
      fc.property(definitions, worlds, (definition, world) => {
        const { log, rounds } = live(definition, world);
        expect(rounds).toBeLessThan(ROUNDS_MAX);
        for (const entry of log) {
          if (entry.kind !== 'started') continue;
          const most = entry.direction === 'do' ? ATTEMPTS_MAX : UNDO_ATTEMPTS_MAX;
          expect(entry.attempt).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  test('the plan depends on the log alone, and changes neither log nor definition', () => {
    fc.assert(
      fc.property(definitions, worlds, fc.nat(), (definition, world, cut) => {
        const { log } = live(definition, world);
        const prefix = log.slice(0, cut % (log.length + 1));
        const copy = structuredClone({ definition, prefix });
        const first = planNextSteps(definition, prefix, 0);
        expect(planNextSteps(copy.definition, copy.prefix, 0)).toEqual(first);
        expect({ definition, prefix }).toEqual(copy);
      }),
    );
  });

  test('one that is cancelled takes back all that it had begun, whenever that comes', () => {
    fc.assert(
      fc.property(definitions, worlds, fc.nat(), (definition, world, cut) => {
        const { log } = live(definition, world);
        const before = log.slice(0, cut % (log.length + 1));
        if (checkCancel(definition, before, timeIn(before)) !== undefined) return;
        const cancel = { kind: 'turned-back', why: 'cancelled', by: 'admin' } as const;
        const { log: after, end } = live(definition, world, [...before, cancel]);
        expect(end.status).not.toBe('succeeded');
        expect(end.message).toContain('it was cancelled by admin');
        const begun = after
          .slice(before.length)
          .filter((entry) => entry.kind === 'started' && entry.direction === 'do');
        expect(begun).toEqual([]);
      }),
    );
  });

  test('a stuck one that is retried tries every undo that gave up once more', () => {
    fc.assert(
      fc.property(definitions, worlds, (definition, world) => {
        const { log, end } = live(definition, world);
        if (end.status !== 'stuck') return;
        const retried = { kind: 'retried', by: 'admin', from_step: null } as const;
        const kind: World = () => ({ pick: 0, outcome: 'succeeded' });
        expect(live(definition, kind, [...log, retried]).end.status).toBe('failed');
      }),
    );
  });

  test('a server that dies anywhere and goes on in the same world comes to the same end', () => {
    fc.assert(
      fc.property(definitions, steadyWorlds, fc.nat(), (definition, world, cut) => {
        const whole = live(definition, world);
        const again = live(definition, world, whole.log.slice(0, cut % (whole.log.length + 1)));
        expect(again.end).toEqual(whole.end);
        expect(again.log).toEqual(whole.log);
      }),
    );
  });
});

describe('planNextSteps', () => {
  test('finds a cycle instead of waiting for ever', () => {
    const step = (name: string, after: string) => ({
      name,
      after: [after],
      action: '',
      undo: null,
    });
    const steps = [step('hen', 'egg'), step('egg', 'hen')];
    expect(() => planNextSteps({ steps }, [], 0)).toThrow('are its steps a cycle?');
  });

  test('ignores what the log says about steps of another release', () => {
    const steps = [{ name: 'create', after: [], action: 'c', undo: null }];
    const log: LogEntry[] = [{ kind: 'succeeded', step: 'paint', direction: 'do' }];
    expect(planNextSteps({ steps }, log, 0)).toEqual(planNextSteps({ steps }, [], 0));
  });

  test('plans the way back through many layers in no time', () => {
    const LAYERS = 300;
    const layer = (index: number) => (index < 0 ? [] : [`a${index}`, `b${index}`]);
    const steps = Array.from({ length: LAYERS }, (_, index) =>
      layer(index).map((name) => ({ name, after: layer(index - 1), action: '', undo: '' })),
    ).flat();
    const log: LogEntry[] = steps.map(({ name }) => ({
      kind: 'succeeded',
      step: name,
      direction: 'do',
    }));
    const last = `b${LAYERS - 1}`;
    const failed = { kind: 'failed', step: last, direction: 'do', attempt: 1 } as const;
    const plan = planNextSteps(
      { steps },
      [
        ...log.filter(({ step }) => step !== last),
        { ...failed, message: 'no', next: 'final', retry_at_ms: 0 },
      ],
      0,
    );
    const runs = plan.kind === 'run' ? plan.runs.map(({ step }) => step) : [];
    expect(runs).toEqual([`a${LAYERS - 1}`, last]);
  });
});

describe('a check after everything is done', () => {
  const steps: readonly StepDefinition<string>[] = [
    { name: 'make', after: [], action: 'make', undo: 'unmake' },
    {
      name: 'check',
      after: ['make'],
      action: 'check',
      undo: null,
      whenFailed: 'keep',
      patience: { kind: 'time', durationMs: 90_000, pauseMs: 500 },
    },
  ];
  const started = (step: string): LogEntry => {
    return { kind: 'started', step, direction: 'do', attempt: 1, at_ms: 0 };
  };
  const made: readonly LogEntry[] = [
    started('make'),
    { kind: 'succeeded', step: 'make', direction: 'do' },
    started('check'),
  ];
  const failed = (more: Partial<StepEntry>): LogEntry =>
    ({
      kind: 'failed',
      step: 'check',
      direction: 'do',
      attempt: 1,
      message: 'not ready',
      next: 'final',
      retry_at_ms: 0,
      ...more,
    }) as LogEntry;

  test.each([
    ['that fails', failed({}), 'not ready'],
    ['whose time is up', failed({ gave_up: 'yes' }), 'gave up after 1m30s: not ready'],
  ])('%s undoes nothing', (_what, entry, message) => {
    expect(planNextSteps({ steps }, [...made, entry], 0)).toEqual({
      kind: 'finished',
      status: 'failed',
      kept: 'yes',
      message,
      entries: [],
    });
  });

  test('is taken back with the rest where the operation is cancelled', () => {
    const turned: LogEntry = { kind: 'turned-back', why: 'cancelled', by: 'me' };
    expect(planNextSteps({ steps }, [...made, turned, failed({})], 0)).toMatchObject({
      status: 'undoing',
      runs: [{ step: 'make', direction: 'undo' }],
    });
  });

  test('is repeated after an even pause, and what it found last is shown', () => {
    const [, run] = steps;
    const series = { firstAttempt: 1, sinceMs: 0 };
    const env = { nowMs: 60_000, rng: EVEN_CHANCE };
    const again = { step: 'check', direction: 'do', attempt: 9, series } as const;
    const patience = run?.patience ?? { kind: 'attempts', attemptsMax: 1 };
    const entry = planRetry({ run: { ...again, patience }, message: 'boots', next: 'retry' }, env);
    expect(entry).toMatchObject({ next: 'retry', retry_at_ms: 60_500 });
    const { steps: shown } = explainWorkflow({ steps }, [...made, entry, started('check')]);
    expect(shown[1]).toEqual({ name: 'check', status: 'running', attempts: 1, detail: 'boots' });
  });

  test('shows why its last attempt failed while any step is tried again', () => {
    const [make] = steps;
    const only = { steps: make === undefined ? [] : [make] };
    const retried = failed({ step: 'make', message: 'no fence device', next: 'retry' });
    const log = [started('make'), retried];
    expect(explainWorkflow(only, log).steps).toEqual([
      { name: 'make', status: 'running', attempts: 1, detail: 'no fence device' },
    ]);
    const ended = [started('make'), failed({ step: 'make', next: 'final' })];
    expect(explainWorkflow(only, ended).steps).toEqual([
      { name: 'make', status: 'failed', attempts: 1 },
    ]);
  });
});

test('an operation names the step that failed first, not one that was given up for it', () => {
  const step = (name: string): StepDefinition<string> => ({
    name,
    after: [],
    action: `do-${name}`,
    undo: null,
  });
  const entry = { direction: 'do', attempt: 1, next: 'final', retry_at_ms: 0 } as const;
  const log: readonly LogEntry[] = [
    { kind: 'failed', step: 'b', message: 'no such VM', ...entry },
    { kind: 'failed', step: 'a', message: 'it was given up', ...entry },
  ];
  expect(planNextSteps({ steps: [step('a'), step('b')] }, log, 0)).toMatchObject({
    status: 'failed',
    message: 'step b failed: no such VM',
  });
});

describe('a step that stops its operation', () => {
  const stop = { whenFailed: 'stop' } as const;
  const steps: readonly StepDefinition<string>[] = [
    { name: 'a', after: [], action: 'do-a', undo: 'undo-a' },
    { name: 'b', after: ['a'], action: 'do-b', undo: null, ...stop },
    { name: 'c', after: ['a'], action: 'do-c', undo: null },
    { name: 'd', after: ['b', 'c'], action: 'do-d', undo: null },
  ];
  const begun = (step: string): LogEntry => ({
    kind: 'started',
    step,
    direction: 'do',
    attempt: 1,
  });
  const done = (step: string): LogEntry => ({ kind: 'succeeded', step, direction: 'do' });
  const failedFor = (step: string): LogEntry => ({
    kind: 'failed',
    step,
    direction: 'do',
    attempt: 1,
    message: 'no',
    next: 'final',
    retry_at_ms: 0,
  });
  const log = [begun('a'), done('a'), begun('b'), begun('c'), failedFor('b')];

  test('lets what runs come to its end, and begins and undoes nothing', () => {
    const running = planNextSteps({ steps }, log, 0);
    expect(running).toMatchObject({ kind: 'run', status: 'running', runs: [{ step: 'c' }] });
    expect(planNextSteps({ steps }, [...log, done('c')], 0)).toMatchObject({
      kind: 'finished',
      status: 'failed',
      kept: 'yes',
      message: 'step b failed: no',
    });
  });

  test('is taken back where it is cancelled before', () => {
    const cancelled: LogEntry = { kind: 'turned-back', why: 'cancelled', by: 'ann' };
    const plan = planNextSteps({ steps }, [...log, done('c'), cancelled], 0);
    expect(plan).toMatchObject({ status: 'undoing', runs: [{ step: 'a', direction: 'undo' }] });
  });
});
