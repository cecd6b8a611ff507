/** The packages of a release, in an empty project, with nothing but what they declare. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { unpackPackages } from '../support/unpack-packages.ts';

// npm packs twelve packages, and a jest of the project's own starts a server.
jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../../..');
const run = promisify(execFile);

/** The packages, without their scope. */
const PUBLISHED = [
  'agent',
  'bus',
  'cli',
  'constructs',
  'constructs-cdktn',
  'contract',
  'engine',
  'provider',
  'rego',
  'runner',
  'runtime',
  'server',
  'testing',
  'tracing',
];

let directory: string;
let project: string;
let names: readonly string[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-npm-'));
  project = mkdtempSync(join(directory, 'project-'));
  const tarballs = join(directory, 'tarballs');
  const script = join(ROOT, 'server/cli/build/package-npm.mjs');
  execFileSync(process.execPath, [script, tarballs], { stdio: 'pipe' });
  const manifests = unpackPackages(tarballs, project, ['cdktf', 'constructs']);
  names = manifests.map(({ name }) => name);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the command that the packages brought, as `npx` finds it. */
const novacron = (...args: readonly string[]) =>
  run(process.execPath, [join(project, 'node_modules/.bin/novacron'), ...args], { cwd: project });

describe('the packages of a release', () => {
  test('are ours, each with its licence, and hold nothing of the build', () => {
    const short = names.map((name) => name.replace('@novacron/', '')).sort();
    expect(short).toEqual(PUBLISHED);
    for (const name of names) {
      const home = join(project, 'node_modules', name);
      expect(readdirSync(home)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist']));
      const files = readdirSync(join(home, 'dist'), { recursive: true, encoding: 'utf8' });
      expect(files.filter((file) => /tsbuildinfo|[.]test[.]|test-kit/.test(file))).toEqual([]);
    }
  });

  test.each(PUBLISHED)('describe %s, and have each file that its manifest names', (short) => {
    const home = join(project, 'node_modules/@novacron', short);
    const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^\S.{20,120}[^.]$/),
      keywords: expect.arrayContaining(['novacron']),
      license: 'Apache-2.0',
      engines: { node: '>=20.19' },
    });
    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).not.toHaveProperty('scripts');
    // Where it was built, and where it would be downloaded, are not facts of the package.
    expect(JSON.stringify(manifest)).not.toMatch(/https?:|localhost|\d+[.]\d+[.]\d+[.]\d+|\/work/);
    const named = JSON.stringify([manifest.exports ?? {}, manifest.main, manifest.types]);
    const files = [...named.matchAll(/"((?:[.][/])?[^"*]+[.](?:[cm]?js|d[.][cm]?ts))"/g)];
    for (const [, file = ''] of files) expect(existsSync(join(home, file))).toBe(true);
    expect(named).not.toContain('novacron-source');
    expect(readFileSync(join(home, 'README.md'), 'utf8')).toMatch(/^# @novacron\/.+\n\n\w/);
  });

  test('bring the command', async () => {
    const { stdout } = await novacron('--help');
    expect(stdout).toContain('Usage: novacron [options] [command]');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'server/cli/package.json'), 'utf8'));
    expect((await novacron('--version')).stdout).toContain(version);
  });

  test('bring the provider, which the command puts where Terraform finds it', async () => {
    await novacron('provider', 'install', '--dir', 'mirror', '--cli-config', 'novacron.tfrc');
    const cliConfig = join(project, 'novacron.tfrc');
    const workspace = createWorkspace({ kind: 'cli-config', file: cliConfig });
    try {
      workspace.configure('output "size" {\n  value = provider::novacron::parse_size("512MiB")\n}');
      expect(await workspace.run('init', '-input=false')).toMatchObject({ exitCode: 0 });
      const { exitCode, output } = await workspace.plan();
      expect(output).toMatch(/size += 0\.5/);
      expect(exitCode).toBe(2);
    } finally {
      workspace.remove();
    }
  });

  test("bring constructs, and matchers for the project's own jest", async () => {
    writeFileSync(join(project, 'package.json'), '{ "name": "shop", "private": true }\n');
    writeFileSync(join(project, 'shop.test.js'), SHOP);
    const jestProgram = join(ROOT, 'node_modules/jest/bin/jest.js');
    const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules' };
    const { stderr } = await run(process.execPath, [jestProgram], { cwd: project, env });
    expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
  });
});

const SHOP = `
const { Testing, TerraformStack } = require('cdktf');
const { NovacronProvider, Size, Vm } = require('@novacron/constructs');

// The first policy starts the server's compiler: a busy machine takes longer than five seconds.
jest.setTimeout(60000);
let novacron;
beforeAll(async () => {
  const { novacronMatchers } = await import('@novacron/testing/novacron-matchers');
  const { startNovacron } = await import('@novacron/testing/start-novacron');
  expect.extend(novacronMatchers);
  novacron = await startNovacron();
});
afterAll(() => novacron.stop());

function synthesize() {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new NovacronProvider(stack, 'novacron');
  const size = { cpuCores: 2, memory: Size.gibibytes(4), disk: Size.gibibytes(20), isolated: true };
  const one = new Vm(stack, 'one', size);
  new Vm(stack, 'other', size).keepAway(one);
  return Testing.synth(stack);
}

test('no node takes both VMs with it', async () => {
  await expect(synthesize()).toPlaceOnDistinctNodes(novacron);
});

test('the shop is small', async () => {
  const rule = 'package small\\n\\ndeny contains "large" if input.resource.memory_gb > 4\\n';
  await expect(synthesize()).toSatisfyPolicy(novacron, rule);
});
`;
