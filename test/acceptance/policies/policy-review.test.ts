/** The examples of policies in Git, executed: a plan of the real terraform, the real command. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { copyExample, renewWaiver } from '../support/copy-example.ts';
import { openShell } from '../support/open-shell.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const ROOT = resolve(__dirname, '../../..');
const EXAMPLES = join(ROOT, 'examples/policies');

describe('policies in Git', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('the review of the example says what its page prints, as text and as SARIF', async () => {
    const shell = openShell(system);
    const home = join(shell.directory, 'examples/policies/review');
    copyExample(home);
    symlinkSync(join(ROOT, 'policies'), join(shell.directory, 'policies'));
    const page = renewWaiver(readFileSync(join(EXAMPLES, 'review/README.md'), 'utf8'));
    const [, script = ''] = /```console\n([\s\S]*?)```/.exec(page) ?? [];
    const [, printed = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
    const text = await shell.run(`cd ${home}\n${script}`);
    expect(text.output).toContain(printed);
    expect(text.exitCode).toBe(1);
    const again = script.trimEnd().split('\n').slice(2).join('\n');
    const sarif = await shell.run(`cd ${home}\n${again} --fail-on never --format sarif`);
    const [{ results }] = JSON.parse(sarif.stdout).runs;
    const [denied] = results;
    const { artifactLocation, region } = denied.locations[0].physicalLocation;
    expect([denied.ruleId, denied.level, artifactLocation.uri]).toEqual([
      'Development Is Small',
      'error',
      'main.tf',
    ]);
    const line = readFileSync(join(home, 'main.tf'), 'utf8').split('\n')[region.startLine - 1];
    expect(line).toBe('  cpu_cores = 8');
    expect(results[2].suppressions[0].justification).toContain('moves to storage');
  });

  test('the workflow passes where all is in order, and fails where it is not', async () => {
    const shell = openShell(system, { BASE: 'main' });
    const { directory } = shell;
    cpSync(
      join(ROOT, 'policies/development-is-small'),
      join(directory, 'policies/development-is-small'),
      {
        recursive: true,
      },
    );
    const infra = join(directory, 'infra');
    copyExample(infra);
    const small = readFileSync(join(infra, 'main.tf'), 'utf8').replace('= 8', '= 4');
    writeFileSync(join(infra, 'main.tf'), small);
    const begun = await shell.run(
      'git init -qb main && git add policies infra && git commit -qm a',
    );
    expect(begun.output).toBe('');
    const workflow = parse(readFileSync(join(EXAMPLES, 'github-workflow.yml'), 'utf8'));
    const steps: readonly { name?: string; run?: string }[] = workflow.jobs.review.steps;
    const scripts = steps.flatMap(({ name, run }) =>
      run === undefined || name?.startsWith('Install') ? [] : [run],
    );
    expect(scripts).toHaveLength(6);
    const inOrder = await shell.run(scripts.join('\n'));
    expect(inOrder).toMatchObject({ exitCode: 0 });
    expect(inOrder.output).toContain(
      '::notice file=infra/main.tf,line=18,col=3,title=Development Is Small',
    );

    const rule = join(directory, 'policies/development-is-small/policy.rego');
    writeFileSync(rule, readFileSync(rule, 'utf8').replace('"cpu_cores": 4', '"cpu_cores": 3'));
    const stricter = await shell.run(scripts.slice(-1).join('\n'));
    expect(stricter.exitCode).toBe(1);
    expect(stricter.output).toContain('::warning title=newly denied%3A novacron_vm.build::');
    expect(await shell.run(scripts[2] ?? '')).toMatchObject({ exitCode: 1 });
  });

  test('the hook keeps mistakes out of commits', async () => {
    const shell = openShell(system);
    const { directory } = shell;
    await shell.run('git init -qb main');
    cpSync(join(EXAMPLES, 'pre-commit'), join(directory, '.git/hooks/pre-commit'));
    cpSync(join(ROOT, 'policies/development-is-small'), join(directory, 'policies/a'), {
      recursive: true,
    });
    const first = await shell.run('git add policies && git commit -qm good');
    expect(first).toMatchObject({ exitCode: 0 });
    writeFileSync(join(directory, 'policies/a/policy.rego'), 'package a\nallow if x\n');
    const second = await shell.run('git commit -qam bad');
    expect(second.exitCode).toBe(1);
    expect(second.output).toContain('policies/a/policy.rego:2:10:');
    writeFileSync(join(directory, 'notes.md'), 'nothing about policies\n');
    await shell.run('git checkout -q policies && git add notes.md');
    expect(await shell.run('git commit -qm notes')).toMatchObject({ exitCode: 0, output: '' });
  });
});
