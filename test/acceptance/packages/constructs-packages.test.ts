import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import { installForTest } from '../support/install.ts';
import { runProgram } from '../support/run-program.ts';
import { startSystem } from '../support/start-system.ts';

// Bundles twice, starts Node a few times, and cdktf with Terraform twice.
jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../../..');
const CDKTF = join(ROOT, 'node_modules/.bin/cdktf');
const FLAGS = ['--auto-approve', '--skip-provider-lock', '--no-color'];
const FRAMEWORKS = ['cdktf', 'cdktn'] as const;
type Framework = (typeof FRAMEWORKS)[number];

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-packages-'));
  const installed = join(directory, 'node_modules');
  const script = join(ROOT, 'constructs/build/package-constructs.mjs');
  execFileSync(process.execPath, [script, installed]);
  for (const name of [...FRAMEWORKS, 'constructs', 'ajv', 'graphql', 'yaml']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(installed, name));
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A program for CDKTF as JavaScript for a framework and its package. */
function translate(program: string, framework: Framework): string {
  const { code } = transformSync(program, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const suffix = framework === 'cdktf' ? '' : '-cdktn';
  return code
    .replaceAll('"cdktf"', `"${framework}"`)
    .replaceAll('"@novacron/constructs"', `"@novacron/constructs${suffix}"`);
}

/** Runs a program for CDKTF with a framework and its package, and reads what it synthesises. */
function synthesize(program: string, framework: Framework, stack: string): unknown {
  const folder = join(directory, `${framework}-${stack}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.js'), translate(program, framework));
  cpSync(join(ROOT, 'examples/cdktf/ha-service/prices.json'), join(folder, 'prices.json'));
  execFileSync(process.execPath, ['main.js'], { cwd: folder, stdio: 'pipe' });
  const file = join(folder, 'cdktf.out/stacks', stack, 'cdk.tf.json');
  // The framework's own metadata, and where the state is, are each app's own.
  const written = readFileSync(file, 'utf8').replaceAll(folder, '');
  return JSON.parse(written, (key, value) => (key === '//' ? undefined : value));
}

describe('the packages for CDKTF and for CDK Terrain', () => {
  test('synthesise the same from the same program', () => {
    const program = readFileSync(join(ROOT, 'examples/cdktf/ha-service/main.ts'), 'utf8');
    const [cdktf, cdktn] = FRAMEWORKS.map((framework) => synthesize(program, framework, 'ha'));
    expect(cdktn).toEqual(cdktf);
    expect(JSON.stringify(cdktf)).toContain('novacron_vm_group');
  });

  test('are deployed by the same command line, which plans nothing then', async () => {
    const system = await startSystem();
    const installation = await installForTest();
    const app = join(directory, 'app');
    mkdirSync(app);
    const run = (...[program = '', ...args]: readonly string[]) =>
      runProgram({ directory: app, system, installation }, program, ...args);
    try {
      const program = readFileSync(join(ROOT, 'examples/cdktf/quickstart/main.ts'), 'utf8');
      writeFileSync(join(app, 'main.js'), translate(program, 'cdktn'));
      const settings = readFileSync(join(ROOT, 'examples/cdktf/quickstart/cdktf.json'), 'utf8');
      const text = JSON.stringify({ ...JSON.parse(settings), app: 'node main.js' });
      writeFileSync(join(app, 'cdktf.json'), text);
      // cdktf may end before it has shown all that Terraform said.
      await run(CDKTF, 'deploy', ...FLAGS);
      expect((await system.call('vm.list', {})).items).toHaveLength(1);
      const where = '-chdir=cdktf.out/stacks/quickstart';
      expect(await run('terraform', where, 'plan', '-detailed-exitcode')).toContain('No changes.');
      await run(CDKTF, 'destroy', ...FLAGS);
      expect((await system.call('vm.list', {})).items).toEqual([]);
    } finally {
      installation.remove();
      await system.stop();
    }
  });

  test.each(FRAMEWORKS)('refuse the same, as in the %s one', (framework) => {
    const program = `
      import { Network, NovacronProvider } from '@novacron/constructs';
      import { App, TerraformStack } from 'cdktf';
      const app = new App();
      const stack = new TerraformStack(app, 'bad');
      new NovacronProvider(stack, 'novacron');
      new Network(stack, 'lan', { cidr: '10.0.0.1/16' });
      app.synth();
    `;
    expect(() => synthesize(program, framework, 'bad')).toThrow(
      /\[bad\/lan\] `cidr` has host bits/,
    );
  });

  test.each(FRAMEWORKS)(
    'have a README whose example is synthesised, as in the %s one',
    (framework) => {
      const name = framework === 'cdktf' ? '@novacron/constructs' : '@novacron/constructs-cdktn';
      const readme = readFileSync(join(directory, 'node_modules', name, 'README.md'), 'utf8');
      const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
      const program = example
        .replaceAll("'cdktn'", "'cdktf'")
        .replace("'@novacron/constructs-cdktn'", "'@novacron/constructs'");
      expect(example).toContain(`from '${framework}'`);
      const text = JSON.stringify(synthesize(program, framework, 'shop'));
      expect(text).toContain('"novacron_vm"');
    },
  );

  test('need nothing of ours, and say which framework they are for', () => {
    const read = (name: string) =>
      JSON.parse(readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8'));
    const [cdktf, cdktn] = [read('@novacron/constructs'), read('@novacron/constructs-cdktn')];
    expect(Object.keys(cdktf.peerDependencies)).toEqual(['cdktf', 'constructs']);
    expect(Object.keys(cdktn.peerDependencies)).toEqual(['cdktn', 'constructs']);
    expect(JSON.stringify([cdktf.dependencies, cdktn.dependencies])).not.toContain('@novacron');
  });
});
