/** Executions that wait for signals: sent before, meanwhile, twice, too late, and by whom. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { OperationId } from '@novacron/contract/ids';
import type { ChangeSet, Store } from '@novacron/server/ports/store';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const NAME = 'image-built';
const DATA = { digest: 'ab12', tags: ['v1'] };

/** Hook that runs once, before or after a commit of the server. */
interface Meanwhile {
  readonly of: (changes: ChangeSet) => boolean;
  readonly when: 'before' | 'after';
  readonly act: () => Promise<unknown>;
}

let meanwhile: Meanwhile | undefined;

beforeEach(() => {
  meanwhile = undefined;
});

function wrapStore(store: Store): Store {
  return {
    ...store,
    commit: async (changes) => {
      const found = meanwhile?.of(changes) ? meanwhile : undefined;
      if (found !== undefined) meanwhile = undefined;
      if (found?.when === 'before') await found.act();
      const done = await store.commit(changes);
      if (found?.when === 'after') await found.act();
      return done;
    },
  };
}

const bench = useBench({ wrapStore });

const textOf = (steps: string) => `name: deploy\nsteps:\n${steps}`;

const BUILT = `  - id: built
    wait: { signal: ${NAME} }
    timeout: 2h
    outputs: { digest: data.digest, tag: data.tags.0, by: sent_by }
`;
const LAST = '  - { id: last, needs: [built], wait: 1s }\n';
const TEXT = textOf(BUILT + LAST);
const SETTLES = textOf(
  `  - { id: settle, wait: 10m }\n${BUILT.replace('wait:', 'needs: [settle]\n    wait:')}${LAST}`,
);
const BESIDE = textOf(`  - { id: settle, wait: 1h }\n${BUILT}${LAST}`);

const current = (id: OperationId) => bench().expectOk('execution.get', { id });
const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);
const send = (id: OperationId, data: typeof DATA = DATA) =>
  bench().expectOk('execution.signal', { id, signal: NAME, data });

async function start(text: string): Promise<{ readonly id: OperationId }> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
  return { id: operation.id };
}

/** Advances the clock until no server runs the execution. */
async function parked({ id }: { readonly id: OperationId }) {
  return waitUntil('the execution to be parked', async () => {
    await bench().advance(100);
    const [row] = await bench().store.read({ from: 'operations', where: { id } });
    return row?.owner === 'waiting' ? row : undefined;
  });
}

async function endOf(operation: { readonly id: OperationId }): Promise<Execution> {
  await bench().end(operation);
  return current(operation.id);
}

const OUTPUTS = { digest: 'ab12', tag: 'v1', by: 'admin' };

describe('a signal', () => {
  test('lets an execution go on that no server runs', async () => {
    const operation = await start(TEXT);
    const { id } = operation;
    const { wake_at_ms: wakeAtMs } = await parked(operation);
    const waiting = await current(id);
    const until = waiting.steps[0]?.signal?.until ?? '';
    expect(waiting.steps[0]).toMatchObject({ status: 'running', signal: { name: NAME } });
    expect([Date.parse(until), waiting.signals]).toEqual([wakeAtMs, []]);
    const { resource, signal, repeated } = await send(id);
    expect([signal, repeated]).toEqual([
      { name: NAME, sent_by: 'admin', sent_at: expect.stringMatching(/^20/) },
      false,
    ]);
    expect(resource.signals).toEqual([signal]);
    const ended = await endOf(operation);
    expect([ended.status, ended.steps[0]]).toMatchObject([
      'succeeded',
      { outputs: OUTPUTS, attempts: 1, signal: null },
    ]);
    const { items } = await bench().expectOk('event.list', { limit: 500 });
    const types = items.filter(({ target }) => target === id).map(({ type }) => type);
    expect(types.filter((type) => /waiting|signal/.test(type))).toEqual([
      'execution.step.waiting',
      'execution.signal.received',
    ]);
    const audited = (await bench().expectOk('audit.list', { limit: 100 })).items;
    const [entry] = audited.filter((each) => each.operation === 'execution.signal');
    expect(entry).toMatchObject({ outcome: 'done', changes: { signal: { is: NAME } } });
    expect(JSON.stringify(audited)).not.toContain('ab12');
  });

  test('that comes before its step begins is stored, and changes nothing else', async () => {
    const operation = await start(SETTLES);
    const { id } = operation;
    await waitUntil('the first step to run', async () => {
      await bench().advance(100);
      return (await current(id)).steps[0]?.status === 'running' ? true : undefined;
    });
    const before = await bench().store.read({ from: 'operations', where: { id } });
    const { resource } = await send(id);
    expect(statusesOf(resource)).toEqual(['settle running', 'built waiting', 'last waiting']);
    expect(await bench().store.read({ from: 'operations', where: { id } })).toEqual(before);
    const ended = await endOf(operation);
    expect([ended.status, ended.steps[1]?.outputs]).toEqual(['succeeded', OUTPUTS]);
    const { items } = await bench().expectOk('event.list', { limit: 500 });
    expect(items.map(({ type }) => type)).not.toContain('execution.step.waiting');
  });

  test('that is sent twice is one: the first counts, also after the end', async () => {
    const operation = await start(TEXT);
    await parked(operation);
    const first = await send(operation.id);
    const second = await send(operation.id, { ...DATA, digest: 'cd34' });
    expect([second.repeated, second.signal]).toEqual([true, first.signal]);
    const ended = await endOf(operation);
    expect(ended.steps[0]?.outputs).toEqual(OUTPUTS);
    expect(await send(operation.id)).toMatchObject({ repeated: true, signal: first.signal });
  });

  test('is one when two are sent at the same moment', async () => {
    const operation = await start(TEXT);
    await parked(operation);
    const both = await Promise.all([send(operation.id), send(operation.id)]);
    expect(both.map(({ repeated }) => repeated).toSorted()).toEqual([false, true]);
    expect((await endOf(operation)).status).toBe('succeeded');
  });

  test('is one for all steps that wait for it', async () => {
    const operation = await start(
      textOf(`${BUILT}  - { id: also, wait: { signal: ${NAME} } }\n${LAST}`),
    );
    await parked(operation);
    await send(operation.id);
    expect((await endOf(operation)).status).toBe('succeeded');
  });

  test('that does not come in time fails the step, and none is taken afterwards', async () => {
    const operation = await start(TEXT.replace('timeout: 2h', 'timeout: 1m'));
    await parked(operation);
    await bench().restartServer();
    await bench().skip(2 * MINUTE_MS);
    const ended = await endOf(operation);
    expect([ended.status, ended.steps[0]?.message]).toEqual([
      'failed',
      `the signal ${NAME} did not come within 1m`,
    ]);
    const { id } = operation;
    const late = await bench().expectProblem('execution.signal', { id, signal: NAME, data: DATA });
    expect([late.code, late.detail]).toEqual([
      'validation-failed',
      `The execution ${id} of deploy no longer accepts signals: it has ended.`,
    ]);
    await bench().expectOk('operation.retry', { id, from_step: 'built' });
    await parked(operation);
    await send(id);
    expect((await endOf(operation)).status).toBe('succeeded');
  });

  test('finds an execution whose server was restarted', async () => {
    const operation = await start(TEXT);
    await parked(operation);
    await bench().restartServer();
    await send(operation.id);
    expect((await endOf(operation)).steps[0]?.outputs).toEqual(OUTPUTS);
  });

  test('is taken in a pause, after which the step behind it begins', async () => {
    const operation = await start(TEXT);
    const { id } = operation;
    await parked(operation);
    await bench().expectOk('execution.pause', { id });
    await send(id);
    await parked(operation);
    expect(statusesOf(await current(id))).toEqual(['built succeeded', 'last waiting']);
    await bench().expectOk('execution.resume', { id });
    expect((await endOf(operation)).status).toBe('succeeded');
  });
});

describe('a signal that comes at the moment', () => {
  const isWait = (changes: ChangeSet) =>
    changes.some((change) => change.kind === 'insert' && change.into === 'execution_signals');

  const isParking = (changes: ChangeSet) =>
    changes.some(
      (change) =>
        change.kind === 'update' && change.table === 'operations' && change.set.owner === 'waiting',
    );

  /** Sends it around a commit of the execution that is about to start. */
  function sendAround(of: Meanwhile['of'], when: Meanwhile['when']): void {
    const act = async () => {
      const [run] = (await bench().expectOk('execution.list', {})).items;
      if (run !== undefined) await send(run.id);
    };
    meanwhile = { of, when, act };
  }

  test('at which its step begins to wait is not missed', async () => {
    sendAround(isWait, 'before');
    const ended = await endOf(await start(TEXT));
    expect([meanwhile, ended.steps[0]?.outputs]).toEqual([undefined, OUTPUTS]);
  });

  test('at which the execution is parked keeps it from that', async () => {
    sendAround(isParking, 'before');
    const ended = await endOf(await start(TEXT));
    expect([meanwhile, ended.steps[0]?.outputs]).toEqual([undefined, OUTPUTS]);
    const tookMs = Date.parse(ended.finished_at ?? '') - Date.parse(ended.created_at);
    expect(tookMs).toBeLessThan(MINUTE_MS);
  });

  test('at which its step is about to wait, beside one that runs, is not missed', async () => {
    sendAround(isWait, 'after');
    const operation = await start(BESIDE);
    await waitUntil('the signal to be sent', async () => {
      await bench().advance(100);
      return meanwhile === undefined ? true : undefined;
    });
    await bench().advance(MINUTE_MS);
    expect(statusesOf(await current(operation.id))).toEqual([
      'settle running',
      'built succeeded',
      'last succeeded',
    ]);
    await bench().end(operation);
  });
});

describe('a signal is refused', () => {
  test('whose name no step waits for', async () => {
    const operation = await start(TEXT);
    const { id } = operation;
    const found = await bench().expectProblem('execution.signal', { id, signal: 'imge-built' });
    expect([found.detail, found.remedy]).toEqual([
      `The execution ${id} of deploy has no step waiting for the signal imge-built.`,
      `Its steps wait for these signals: ${NAME}. Correct the name, and send it again.`,
    ]);
    await bench().expectOk('operation.cancel', { id });
    const late = await bench().expectProblem('execution.signal', { id, signal: NAME, data: DATA });
    expect(late.detail).toContain('no longer accepts signals');
    expect((await endOf(operation)).status).toBe('stopped');
  });

  test('whose data have not what the step puts out, or are too long', async () => {
    const operation = await start(TEXT);
    const { id } = operation;
    const data = { digest: 'ab12' };
    const found = await bench().expectProblem('execution.signal', { id, signal: NAME, data });
    expect(found.detail).toBe(
      `The execution ${id} of deploy cannot take the signal ${NAME} in its step built: ` +
        'its answer has no data.tags.0, which is its output tag.',
    );
    const long = { ...DATA, more: 'x'.repeat(16_384) };
    const refused = await bench().expectProblem('execution.signal', {
      id,
      signal: NAME,
      data: long,
    });
    expect(refused.fields?.[0]?.message).toContain('at most 16384 characters as JSON');
    await send(id);
    expect((await endOf(operation)).status).toBe('succeeded');
  });

  test('of another tenant', async () => {
    const operation = await start(TEXT);
    const { resource: tenant } = await bench().expectOk('tenant.create', { name: 'research' });
    const principal = { ...bench().admin, tenantId: tenant.id };
    const { id } = operation;
    const input = { id, signal: NAME, data: DATA };
    const found = await bench().expectProblem('execution.signal', input, { principal });
    expect([found.code, found.detail]).toEqual([
      'not-found',
      `No execution found with the id ${id}.`,
    ]);
    expect((await current(id)).signals).toEqual([]);
    await send(id);
    await bench().end(operation);
  });

  test('by policies, also where it has come before', async () => {
    const operation = await start(TEXT);
    const { id } = operation;
    await parked(operation);
    const rule = `package novacron

deny contains "images are built by others" if {
  input.action == "signal_execution"
  input.resource.signal == "${NAME}"
}
`;
    const { resource } = await bench().expectOk('policy.create', {
      name: 'No signals',
      type: 'resource',
      rule,
    });
    const input = { id, signal: NAME, data: DATA };
    const found = await bench().expectProblem('execution.signal', input);
    expect([found.code, found.detail]).toEqual([
      'policy-denied',
      expect.stringContaining('images are built by others'),
    ]);
    await bench().expectOk('policy.update', { id: resource.id, enabled: false });
    await send(id);
    await bench().end(operation);
    await bench().expectOk('policy.update', { id: resource.id, enabled: true });
    expect((await bench().expectProblem('execution.signal', input)).code).toBe('policy-denied');
  });
});

describe('a run is refused', () => {
  test.each([
    [
      'of a step that waits for a signal for each item',
      `  - { id: a, for_each: [1, 2], wait: { signal: ${NAME} } }\n`,
      'step a waits for a signal for each item',
    ],
    [
      'of a definition that waits for too many signals',
      Array.from({ length: 101 }, (_, at) => `  - { id: s${at}, wait: { signal: n${at} } }\n`).join(
        '',
      ),
      'its steps wait for 101 signals, but at most 100 are allowed',
    ],
  ])('%s', async (_what, steps, why) => {
    const { resource } = await bench().expectOk('workflow.create', { text: textOf(steps) });
    const found = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(found.detail).toContain(why);
  });
});
