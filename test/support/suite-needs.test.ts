import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatClosing } from './format-closing.cjs';
import { BUDGETS_S, projectOf } from './projects.cjs';
import { describeLeftOut, findLeftOutSuites, readSuiteNeeds } from './suite-needs.cjs';

const ROOT = join(import.meta.dirname, '../..');

/** What every machine has on which this repository is built, and Terraform's own starts. */
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
      ['build/out/guest/initrd', 'qemu-img', 'qemu-system-x86_64'],
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

  test('puts a suite that starts a program into another part than one that does not', () => {
    const place = (suite: string) => projectOf(suite, needs.get(suite) ?? new Map());
    expect(place('server/bus/src/open-nats-bus.test.ts')).toBe('system');
    expect(place('test/support/suite-needs.test.ts')).toBe('unit');
    expect(place('test/scenarios/placement/placement.test.ts')).toBe('scenarios');
    expect(place('test/integration/replicas/killed-replicas.test.ts')).toBe('quiet');
  });
});

describe('the end of a run', () => {
  const tallyOf = (project: string, durationMs: number) => ({
    suites: [{ path: `${project}.test.ts`, project, durationMs, expects: 3 }],
    passed: 2,
    failed: 1,
    skipped: 0,
  });

  test('sums its parts up, and warns of one that took longer than its budget', () => {
    const slowMs = (BUDGETS_S.quiet + 1) * 1000;
    expect(formatClosing([tallyOf('unit', 1500), tallyOf('quiet', slowMs)])).toBe(
      [
        `unit: 1 suites in 1.5 s, budget ${BUDGETS_S.unit} s`,
        `quiet: 1 suites in ${BUDGETS_S.quiet + 1}.0 s, budget ${BUDGETS_S.quiet} s`,
        'Warning: the quiet suites take longer than their budget.',
        '2 suites, 6 expectations',
        '4 passed, 2 failed',
        '',
      ].join('\n'),
    );
  });

  test('names what failed and what came close to its time limit, last', () => {
    const at = { path: 'a.test.ts', name: 'a VM starts' };
    const nearLimit = [
      { ...at, durationMs: 11_000, limitMs: 20_000 },
      { ...at, name: 'a VM stops', durationMs: 54_000, limitMs: 60_000 },
    ];
    const failures = [{ ...at, message: 'Error: no room' }];
    const closing = formatClosing([{ ...tallyOf('unit', 1500), nearLimit, failures }]);
    expect(closing).toBe(
      [
        'Tests that took more than half of their time limit:',
        '  54.0 s of 60.0 s a.test.ts: a VM stops',
        '  11.0 s of 20.0 s a.test.ts: a VM starts',
        `unit: 1 suites in 1.5 s, budget ${BUDGETS_S.unit} s`,
        'Failed:',
        '  a.test.ts: a VM starts',
        '    Error: no room',
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
