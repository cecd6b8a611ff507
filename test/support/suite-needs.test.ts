import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findNearSuites } from './find-near-suites.cjs';
import { formatClosing, judgeCosts } from './format-closing.cjs';
import { BUDGETS_CPU_S, projectOf } from './projects.cjs';
import {
  describeLeftOut,
  findLeftOutSuites,
  readSuiteFiles,
  readSuiteNeeds,
} from './suite-needs.cjs';

const ROOT = join(import.meta.dirname, '../..');

/** Programs on every machine that builds this repository, including Terraform. */
const PREREQUISITES = [
  'sh',
  'bash',
  'git',
  'id',
  'mkfifo',
  'node',
  'npm',
  'sleep',
  'tar',
  'terraform',
];

describe('what suites need', () => {
  const needs = readSuiteNeeds();

  test.each([
    ['test/integration/enrolled-agents.test.ts', ['nats-server', 'openssl']],
    ['test/integration/sealed-process.test.ts', ['initdb', 'pg_dump', 'postgres']],
    ['test/integration/replicas/killed-replicas.test.ts', ['initdb', 'nats-server', 'postgres']],
    ['test/scenarios/server/move-to-postgres.test.ts', ['initdb', 'postgres']],
    ['test/acceptance/drift/drift.test.ts', ['terraform']],
    [
      'server/agent/src/drivers/qemu/open-qemu-driver.test.ts',
      ['build/out/guest/initrd', 'qemu-img', 'qemu-io', 'qemu-system-x86_64'],
    ],
    ['server/agent/src/drivers/qemu/qmp/open-qmp-client.test.ts', []],
    ['test/support/suite-needs.test.ts', []],
  ])('of %s follows from its imports', (suite, programs) => {
    expect([...(needs.get(suite)?.keys() ?? [])].sort()).toEqual(programs);
  });

  test('is found where a program is missing, with what to install', () => {
    const found = findLeftOutSuites(
      new Map([
        ['a.test.ts', new Map([['no-such-program', 'it (Debian: it)']])],
        ['b.test.ts', new Map([['sh', 'a shell']])],
      ]),
    );
    expect(describeLeftOut(found)).toBe(
      'Left out, because no-such-program is not on the PATH (install it (Debian: it)):\n' +
        '  a.test.ts\n',
    );
  });

  test('may be a file that a verb makes in the checkout', () => {
    const found = findLeftOutSuites(
      new Map([['a.test.ts', new Map([['node_modules/no-such-file', 'it (make it)']])]]),
    );
    expect(describeLeftOut(found)).toMatch(
      /^Left out, because node_modules[/]no-such-file is not in the checkout [(]install it/,
    );
    const made = new Map([['a.test.ts', new Map([['test/support/suite-needs.cjs', 'it']])]]);
    expect(findLeftOutSuites(made)).toEqual([]);
  });

  test('may be the right to make networks', () => {
    const why = 'only root may make networks (CAP_NET_ADMIN)';
    expect([...(needs.get('test/integration/two-hosts/two-hosts.test.ts') ?? [])]).toContainEqual([
      'CAP_NET_ADMIN',
      why,
    ]);
  });

  test('is seen of every program: each is started by the one module that finds it', () => {
    const started = listSources(ROOT).flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/\b(?:spawn|execFile)(?:Sync)?\(\s*'([^']+)'/g)].map(
        ([, name = '']) => name,
      );
    });
    expect(started.filter((name) => !PREREQUISITES.includes(name))).toEqual([]);
    const finders = listSources(ROOT).flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/\bfindProgram\(\{\s*name: '([^']+)'/g)].map(
        ([, name = '']) => name,
      );
    });
    expect(finders.toSorted()).toEqual([...new Set(finders)].toSorted());
  });

  test('decides the part in which it runs', () => {
    const place = (suite: string) => projectOf(suite, needs.get(suite) ?? new Map());
    expect(place('server/bus/src/open-nats-bus.test.ts')).toBe('services');
    expect(place('test/integration/damaged-rows.test.ts')).toBe('services');
    expect(place('test/support/suite-needs.test.ts')).toBe('unit');
    expect(place('test/scenarios/placement/placement.test.ts')).toBe('scenarios');
    expect(place('test/acceptance/drift/drift.test.ts')).toBe('acceptance');
    expect(place('test/integration/replicas/killed-replicas.test.ts')).toBe('quiet');
  });
});

describe('suites near a change', () => {
  test('reach it through their imports, or read it from testdata', () => {
    const suites = new Map([
      ['a/b/plan.test.ts', new Set(['a/b/plan.test.ts', 'a/b/plan.ts', 'c/sum.ts'])],
      ['a/other.test.ts', new Set(['a/other.test.ts'])],
    ]);
    expect(findNearSuites(['c/sum.ts'], suites)).toEqual(['a/b/plan.test.ts']);
    expect(findNearSuites(['a/testdata/plan.txt'], suites)).toEqual([...suites.keys()]);
    expect(findNearSuites(['a/b/testdata/plan.txt'], suites)).toEqual(['a/b/plan.test.ts']);
    expect(findNearSuites(['a/b/README.md'], suites)).toEqual(['a/b/plan.test.ts']);
    expect(findNearSuites(['c/README.md', 'd.ts'], suites)).toEqual([]);
  });

  test('follow imports across packages', () => {
    const near = findNearSuites(['server/runtime/src/group-by.ts'], readSuiteFiles());
    expect(near).toContain('server/runtime/src/group-by.test.ts');
    expect(near.filter((suite) => suite.startsWith('server/src/'))).not.toEqual([]);
  });
});

describe('the end of a run', () => {
  const tallyOf = (project: string, cpuS: number) => ({
    suites: [{ path: `${project}.test.ts`, project, durationMs: cpuS * 500, tests: 3, expects: 3 }],
    costs: [{ path: `${project}.test.ts`, cpuS }],
    passed: 2,
    failed: 1,
    skipped: 0,
  });
  const { unit, quiet } = BUDGETS_CPU_S;

  test('compares what each part cost with its budget on this machine', () => {
    const tallies = [tallyOf('unit', unit), tallyOf('quiet', quiet * 2.3)];
    const isWell = true;
    const run = { slowness: 2, cpuS: unit + quiet * 2.3 + 10, checked: { isWell, cpuS: 1 } };
    const cell = (value: number, length = 9) => value.toFixed(0).padStart(length);
    expect(formatClosing(tallies, run)).toBe(
      [
        'part           suites    tests    CPU s   budget',
        `checks              0        0        1${cell(BUDGETS_CPU_S.checks * 2)}`,
        `unit                1        3${cell(unit)}${cell(unit * 2)}`,
        `quiet               1        3${cell(quiet * 2.3)}${cell(quiet * 2)}`,
        'other                                 9',
        `all                 2        6${cell(run.cpuS)}`,
        'Budgets are for this machine, at 2.00 times the reference.',
        'Warning: quiet used 115 % of its budget of CPU time.',
        '2 suites, 6 expectations',
        '4 passed, 2 failed',
        '',
      ].join('\n'),
    );
  });

  test('fails CI from half as much again', () => {
    const verdictOf = (share: number) =>
      judgeCosts([tallyOf('unit', unit * share)], { slowness: 1 }).map(({ verdict }) => verdict);
    expect([1, 1.11, 1.51].flatMap(verdictOf)).toEqual(['fits', 'warns', 'fails']);
    expect(formatClosing([tallyOf('unit', unit * 2)], { slowness: 1 })).toMatch(
      'Warning: unit used 200 % of its budget of CPU time; CI fails from 150 %.',
    );
  });

  test('names what failed and what came close to its time limit, last', () => {
    const at = { path: 'a.test.ts', name: 'a VM starts' };
    const nearLimit = [
      { ...at, durationMs: 11_000, limitMs: 20_000 },
      { ...at, name: 'a VM stops', durationMs: 54_000, limitMs: 60_000 },
    ];
    const failures = [{ ...at, message: 'Error: no room' }];
    const closing = formatClosing([{ ...tallyOf('unit', 0), nearLimit, failures }], {
      checked: { isWell: false, cpuS: 0 },
    });
    expect(closing).toBe(
      [
        'Tests that took more than half of their time limit:',
        '  54.0 s of 60.0 s a.test.ts: a VM stops',
        '  11.0 s of 20.0 s a.test.ts: a VM starts',
        'Failed:',
        '  a.test.ts: a VM starts',
        '    Error: no room',
        'Failed: the static checks; see above',
        '1 suites, 3 expectations',
        '2 passed, 1 failed',
        '',
      ].join('\n'),
    );
  });
});

/** The tests and what only they use; what the product starts is found by the product. */
function listSources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isOurs = !['node_modules', 'dist', 'gen', 'bench', 'demo'].includes(entry.name);
      return isOurs && !entry.name.startsWith('.') ? listSources(path) : [];
    }
    const isTest = /[.]test[.]ts$|[/](suite|test-kit|test)[/].*[.]ts$/.test(path);
    return isTest ? [path] : [];
  });
}
