import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const WORKFLOW = `name: w\nsteps:\n  - { id: a, command: "echo \${x}" }\n`;
const RUNBOOK = 'kind: runbook\nname: r\nsteps:\n  - { id: a, wait: { manual: Look at it } }\n';
const WRONG = 'name: w\nsteps:\n  - { id: a, command: ls, needs: [b] }\n';
const files = { 'w.yaml': WORKFLOW, 'r.yaml': RUNBOOK, 'wrong.yaml': WRONG, '-': WORKFLOW };

const run = (line: string) => runInProcess(line.split(' '), { files });

describe('validate', () => {
  test('of standard input', async () => {
    expect(await run('workflow validate -')).toMatchObject({
      exitCode: 0,
      stdout: '1 file checked: no problems\n',
      stderr: '',
    });
  });

  test('of mistakes ends with 1, for programs as a list', async () => {
    const { exitCode, stdout } = await run('workflow validate w.yaml wrong.yaml --output json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      {
        file: 'wrong.yaml',
        line: 3,
        column: 35,
        severity: 'error',
        path: 'steps.0.needs.0',
        message: 'names b, which is not a step; name the id of another step',
      },
    ]);
  });

  test.each([
    ['workflow validate r.yaml', 'r.yaml is a runbook: use "novacron runbook"'],
    ['runbook plan w.yaml', 'w.yaml is a workflow: use "novacron workflow"'],
    ['workflow validate none.yaml', 'cannot read the workflow from none.yaml'],
    ['workflow validate - w.yaml', 'standard input (-) is checked by itself'],
    ['workflow validate', "missing required argument 'files'"],
    ['workflow graph w.yaml --format png', 'Allowed choices are mermaid, svg'],
    ['workflow plan w.yaml --input x', '--input must be NAME=VALUE, not x'],
    ['workflow plan w.yaml --input x=1 --input x=2', '--input gives x twice'],
    ['workflow plan w.yaml --duration b=1s', '--duration names b, which is not a step'],
    ['workflow plan w.yaml --duration a=soon', '--duration of a must be a duration such as 90s'],
    ['workflow plan w.yaml --last-run soon', '--last-run must be a time'],
  ])('%s is wrong usage', async (line, message) => {
    const { exitCode, stderr } = await run(line);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('of workflows that start each other', async () => {
    const starts = (name: string, other: string) =>
      `name: ${name}\nsteps:\n  - { id: s, workflow: ${other} }\n`;
    const validate = (all: Readonly<Record<string, string>>) =>
      runInProcess(['workflow', 'validate', ...Object.keys(all)], { files: all });
    const circle = await validate({
      a: starts('a', 'b'),
      b: starts('b', 'c'),
      c: starts('c', 'a'),
    });
    expect(circle).toMatchObject({
      exitCode: 1,
      stdout: 'a:1:1: a starts b starts c starts a: remove one of these steps\n',
    });
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, at) => [`f${at}`, starts(`w${at}`, `w${at + 1}`)]),
      );
    expect((await validate(chain(8))).exitCode).toBe(0);
    expect((await validate(chain(9))).stdout).toContain(
      'w0 starts workflows 9 levels deep, 8 at most',
    );
    expect((await validate({ a: starts('a', 'x'), b: starts('a', 'x') })).stdout).toContain(
      'a is the name of two definitions',
    );
  });

  test('of hostile texts writes nothing that a terminal obeys', async () => {
    const text = 'name: w\nsteps:\n  - { id: "a\\e[31m\\n::error::x", command: ls }\n';
    const { stdout } = await runInProcess(['workflow', 'validate', 'f'], { files: { f: text } });
    expect(stdout).not.toMatch(/\p{Cc}(?<!\n)|^::/mu);
    expect(stdout).toContain('steps.0.id must be an id');
  });
});

test('plan is JSON for programs, with the runs of schedules', async () => {
  const text =
    'name: w\nschedule: "0 3 * * *"\ninputs: { n: { type: integer, default: 1 } }\n' +
    'steps:\n  - { id: a, wait: 1m, if: inputs.n > 1 }\n';
  const { stdout, exitCode } = await runInProcess(
    ['workflow', 'plan', 'f', '--input', 'n=2', '--last-run', '3d', '-o', 'json'],
    { files: { f: text } },
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'w',
    inputs: { n: 2 },
    steps: [{ id: 'a', runs: 'yes', durationMs: 60_000 }],
    schedules: [
      {
        due: ['2026-01-02T03:00:00.000Z'],
        skipped: 2,
        next: ['2026-01-03T03:00:00.000Z', '2026-01-04T03:00:00.000Z', '2026-01-05T03:00:00.000Z'],
      },
    ],
  });
});

test('schema describes the format for editors', async () => {
  const { stdout } = await run('workflow schema');
  const schema = JSON.parse(stdout);
  expect(schema.required).toEqual(['name', 'steps']);
  expect(schema.properties.steps.items.required).toEqual(['id']);
  expect(Object.keys(schema.properties.steps.items.properties)).toEqual(
    expect.arrayContaining(['task', 'command', 'needs', 'for_each', 'compensate', 'success_when']),
  );
});

test('the commands are completed, and have help', async () => {
  const { stdout } = await run('__complete --current=runb');
  expect(stdout).toContain('runbook');
  for (const line of ['workflow validate', 'workflow graph', 'workflow plan', 'runbook plan']) {
    const help = await run(`${line} --help`);
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toMatch(/Example:\n {2}\$ novacron/);
  }
});
