/** The package of test helpers, packed, in the test frameworks that projects have. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { unpackPackages } from '../support/unpack-packages.ts';

// npm packs a dozen packages, and each framework starts a server of its own.
jest.setTimeout(240_000);

const ROOT = resolve(__dirname, '../../..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const TSC = join(ROOT, 'node_modules/.bin/tsc');
const run = promisify(execFile);

let directory: string;
let project: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-frameworks-'));
  project = join(directory, 'project');
  const tarballs = join(directory, 'tarballs');
  const script = join(ROOT, 'server/cli/build/package-npm.mjs');
  execFileSync(process.execPath, [script, tarballs], { stdio: 'pipe' });
  unpackPackages(tarballs, project, [
    'cdktf',
    'constructs',
    'expect',
    '@jest/globals',
    '@swc/core',
    '@swc/jest',
    '@types/node',
    'vitest',
  ]);
  writeFileSync(join(project, 'package.json'), '{ "name": "shop", "private": true }\n');
  writeFileSync(join(project, 'shop.ts'), SHOP);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Writes a suite and its framework's settings into a folder of the project. */
function writeSuite(folder: string, files: Readonly<Record<string, string>>): string {
  const home = join(project, folder);
  mkdirSync(home, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  return home;
}

const SHOP = `
import { NovacronProvider, Size, Vm } from '@novacron/constructs';
import { TerraformStack, Testing } from 'cdktf';

export function synthesize(): string {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new NovacronProvider(stack, 'novacron');
  const size = { cpuCores: 2, memory: Size.gibibytes(4), disk: Size.gibibytes(20), isolated: true };
  const one = new Vm(stack, 'one', size);
  new Vm(stack, 'other', size).keepAway(one);
  return Testing.synth(stack);
}
`;

const RULE = 'package small\\n\\ndeny contains "large" if input.resource.memory_gb > 2\\n';

/** A suite for a framework with \`expect\`; \`imports\` bring that and the matchers. */
const suiteOf = (imports: string) => `${imports}
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { synthesize } from '../shop';

let novacron: RunningNovacron;
beforeAll(async () => {
  novacron = await startNovacron();
}, 120_000);
afterAll(() => novacron.stop());

test('stacks are judged', async () => {
  await expect(synthesize()).toPlaceOnDistinctNodes(novacron);
  await expect(synthesize()).not.toSatisfyPolicy(novacron, '${RULE}');
}, 60_000);

test('answers equal objects of the test', async () => {
  const input = { name: 'lan', cidr: '10.1.0.0/16' };
  await novacron.expectOk('network.create', input);
  const { items } = await novacron.expectOk('network.list', {});
  expect(items.map(({ name, cidr }) => ({ name, cidr }))).toStrictEqual([input]);
  await expect(novacron.expectOk('network.create', input)).rejects.toThrow('was refused');
}, 60_000);
`;

const JEST_SETTINGS = `module.exports = {
  transform: {
    '\\\\.ts$': ['@swc/jest', {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    }],
  },
};
`;

const GLOBALS = "import { afterAll, beforeAll, expect, test } from '@jest/globals';\n";

describe('the test helpers, packed', () => {
  test.each([
    ['jest, with its globals', "import '@novacron/testing/jest';"],
    ['jest, imported', `${GLOBALS}import '@novacron/testing/jest-globals';`],
  ])('are loaded by %s, from CommonJS', async (name, imports) => {
    const home = writeSuite(name.replaceAll(/\W+/g, '-'), {
      'shop.test.ts': suiteOf(imports),
      'jest.config.cjs': JEST_SETTINGS,
    });
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stderr } = await run(process.execPath, [JEST, '--rootDir', home], { cwd: home, env });
    expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
  });

  test.each(['cjs', 'mjs'])('are loaded by node:test, from .%s', async (kind) => {
    const names = [
      ['test', 'node:test'],
      ['assert', 'node:assert'],
      ['{ startNovacron }', '@novacron/testing/start-novacron'],
      ['{ assertDistinctNodes, assertPolicySatisfied }', '@novacron/testing/stack-assertions'],
      ['{ NovacronProvider, Size, Vm }', '@novacron/constructs'],
      ['{ TerraformStack, Testing }', 'cdktf'],
    ];
    const lines = names.map(([what, module]) =>
      kind === 'cjs' ? `const ${what} = require('${module}');` : `import ${what} from '${module}';`,
    );
    const shop = SHOP.replaceAll(/^import .*$/gm, '')
      .replace('export ', '')
      .replace(': string', '');
    const file = `shop.test.${kind}`;
    const home = writeSuite('node-test', { [file]: `${lines.join('\n')}${shop}${NODE_TEST}` });
    const { stdout } = await run(process.execPath, ['--test', file], { cwd: home });
    expect(stdout).toMatch(/pass 1$/m);
  });

  test('have a README whose example runs', async () => {
    const readme = readFileSync(join(project, 'node_modules/@novacron/testing/README.md'), 'utf8');
    const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
    expect(example).toContain('startNovacron()');
    const lines = `${example}\nconsole.log(resource.name, operation.kind);\n`;
    const home = writeSuite('readme', { 'main.mjs': lines });
    const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: home });
    expect(stdout).toBe('web-01 vm.create\n');
  });

  test('are loaded by vitest', async () => {
    const imports =
      "import { afterAll, beforeAll, expect, test } from 'vitest';\n" +
      "import '@novacron/testing/vitest';";
    const home = writeSuite('vitest', { 'shop.test.ts': suiteOf(imports) });
    const env = { ...process.env, NO_COLOR: '1' };
    const { stdout } = await run(process.execPath, [VITEST, 'run', '--root', home], { env });
    expect(stdout).toMatch(/Tests +2 passed/);
  });

  test.each([
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
    ['commonjs', 'bundler'],
  ])('have types for the module %s, resolved by %s', async (module, moduleResolution) => {
    const imports = `${GLOBALS}import '@novacron/testing/jest-globals';`;
    const settings = { ...STRICT, module, moduleResolution };
    const home = writeSuite(`types-${module}`, {
      'shop.test.ts': suiteOf(imports),
      'tsconfig.json': JSON.stringify({ compilerOptions: settings, include: ['.', '../shop.ts'] }),
    });
    const compiled = run(TSC, ['--project', home]);
    const found = await compiled.then(
      ({ stdout }) => stdout,
      (failure: { readonly stdout?: string }) => failure.stdout ?? String(failure),
    );
    expect(found).toBe('');
  });
});

/** Compiler options of strict projects; declarations of packages are checked, too. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  esModuleInterop: true,
  target: 'es2022',
  types: ['node'],
  noEmit: true,
};

const NODE_TEST = `
test('stacks are judged', async () => {
  const novacron = await startNovacron();
  try {
    await assertDistinctNodes(synthesize(), novacron);
    await assert.rejects(assertPolicySatisfied(synthesize(), novacron, '${RULE}'), {
      name: 'AssertionError',
      message: /the policy denies:/,
    });
  } finally {
    await novacron.stop();
  }
});
`;
