import { beforeAll, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { MACHINE_SAMPLES } from '../../test-kit/sample-machines.ts';

const run = (words: string) => runInProcess(words.split(' '), {});

let trained: Awaited<ReturnType<typeof run>>;

beforeAll(async () => {
  trained = await run('simulate decisions --days 2 --episodes 2 --held-back 2');
});

test('simulate decisions says that servers only watch a model no better than rules', () => {
  const { exitCode, stdout, stderr } = trained;
  expect(exitCode).toBe(0);
  expect(stdout).toContain('"isProven":false');
  expect(stderr).toContain('On 2 days that were not learned from:');
  expect(stderr).toContain('servers record its decisions, and carry none out');
});

test.each([
  ['--days 1', 'Must be an integer from 2 to 10000.'],
  ['--episodes x', 'Must be an integer from 2 to 10000.'],
  ['--model a.model', "'--model' and '--records' belong together"],
  ['--model a.model --records - --days 3', 'cannot be used with option'],
])('simulate decisions %s is refused', async (flags, words) => {
  const { exitCode, stderr } = await run(`simulate decisions ${flags}`);
  expect([exitCode, stderr.includes(words)]).toEqual([2, true]);
});

const STATE = {
  cpu_usage: 40,
  memory_usage: 40,
  network_latency: 20,
  active_vms: 4,
  request_rate: 100,
  error_rate: 0,
  cpu_usage_soon: 40,
  cpu_usage_later: 40,
  vm_hours_per_hour: 5,
};

/** Records of a group of four that no model may change; 40 % CPU usage followed. */
function recordsOf(size_to: number, more: object = {}) {
  const [like] = MACHINE_SAMPLES.autonomous_decision;
  const forbidden = ['scale_up', 'scale_down', 'migrate', 'rebalance'].map((action) => {
    return { action, why: 'a person holds automatic changes' };
  });
  return Array.from({ length: 20 }, (_, number) => ({
    ...like,
    id: `adec_${String(number).padStart(26, '0')}`,
    state: STATE,
    size_to,
    forbidden,
    outcome: { ...like.outcome, cpu_usage: 40 },
    ...more,
  }));
}

async function evaluate(model: string, records: string, ...flags: readonly string[]) {
  const words = 'simulate decisions --model new.model --records -'.split(' ');
  const files = { 'new.model': model, '-': records };
  return runInProcess([...words, ...flags], { files });
}

test('simulate decisions evaluates the model that it has trained on records', async () => {
  const { stdout: model } = trained;
  const better = await evaluate(model, JSON.stringify(recordsOf(6)));
  expect([better.exitCode, better.stderr]).toEqual([0, '']);
  expect(better.stdout).toContain('The model decides another size in 20 of them.');
  const worse = await evaluate(model, JSON.stringify(recordsOf(3)), '--output', 'json');
  expect(worse.exitCode).toBe(1);
  expect(worse.stderr).toContain('the model would have cost more');
  expect(JSON.parse(worse.stdout)).toMatchObject({
    used: 20,
    gain_over_decided: { estimate: expect.closeTo(-1 / 3) },
    is_worse: true,
  });
  for (const [records, words] of [
    ['[{"id":"any"}]', 'standard input is not a list of autonomous decisions: 0.'],
    ['[NaN]', 'it is not JSON'],
  ] as const) {
    expect((await evaluate(model, records)).stderr).toContain(words);
  }
  const few = await evaluate(model, JSON.stringify(recordsOf(6, { outcome: null })));
  expect(few.stderr).toContain('0 decisions can be used, and 20 are needed');
});

test.each([
  ['{}', '[]', 'This is not a model that can decide'],
  ['{"NaN":NaN}', '[]', 'it is not JSON'],
])('simulate decisions refuses the model %s', async (model, records, words) => {
  const { exitCode, stderr } = await evaluate(model, records);
  expect([exitCode, stderr.includes(words)]).toEqual([1, true]);
});
