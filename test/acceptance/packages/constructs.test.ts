import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type Installation, installForTest } from '../support/install.ts';
import { runProgram } from '../support/run-program.ts';
import { type System, startSystem } from '../support/start-system.ts';

// A compiler, Terraform and cdktf, one after the other: half a minute on two busy cores.
jest.setTimeout(180_000);

const ROOT = resolve(__dirname, '../../..');
const EXAMPLES = join(ROOT, 'examples/cdktf');
const CDKTF = join(ROOT, 'node_modules/.bin/cdktf');
const FLAGS = ['--auto-approve', '--skip-provider-lock', '--no-color'];

let system: System;
let installation: Installation;
let directory: string;

beforeAll(async () => {
  system = await startSystem();
  installation = await installForTest();
});
afterAll(async () => {
  installation.remove();
  await system.stop();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-cdktf-'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
});
afterEach(async () => {
  rmSync(directory, { recursive: true, force: true });
  await system.clear();
});

/**
 * Runs a program in the copy of the example; what fails fails the test with its output. cdktf may
 * end before it has shown all that Terraform said: what it has done is read from the state.
 */
const run = (program: string, ...args: readonly string[]) =>
  runProgram({ directory, system, installation }, program, ...args);

const copyExample = (name: string) =>
  cpSync(join(EXAMPLES, name), directory, {
    recursive: true,
    filter: (path) => !/dist/.test(path),
  });

/** `plan -detailed-exitcode` fails where something is left to do. */
const planNothing = (stack: string) =>
  run('terraform', `-chdir=cdktf.out/stacks/${stack}`, 'plan', '-detailed-exitcode', '-no-color');

/** The resources in the state of a stack. */
async function listState(stack: string): Promise<readonly string[]> {
  const listed = await run('terraform', `-chdir=cdktf.out/stacks/${stack}`, 'state', 'list');
  return listed.split('\n').filter((line) => line.startsWith('novacron_'));
}

async function expectNothingLeft(stack: string): Promise<void> {
  expect(await listState(stack)).toEqual([]);
  const nouns = [
    'vm',
    'vm_group',
    'network',
    'volume',
    'security_group',
    'policy',
    'orchestration_policy',
  ] as const;
  for (const noun of nouns) {
    expect((await system.call(`${noun}.list`, {})).items).toEqual([]);
  }
}

test('cdktf deploys the quickstart, leaves nothing to do, and destroys it', async () => {
  copyExample('quickstart');
  await run(CDKTF, 'deploy', ...FLAGS);
  expect(await listState('quickstart')).toHaveLength(4);
  const [vm] = (await system.call('vm.list', {})).items;
  expect(vm).toMatchObject({ name: 'quickstart-web', status: 'running', memory_gb: 8 });
  expect((await system.call('volume.list', {})).items).toMatchObject([
    { name: 'quickstart-data', attached_to: vm?.id },
  ]);
  expect(await planNothing('quickstart')).toContain('No changes.');
  await run(CDKTF, 'destroy', ...FLAGS);
  await expectNothingLeft('quickstart');
});

test.each([
  ['ha-service', 'ha'],
  ['three-tier', 'shop'],
])('cdktf deploys %s, leaves nothing to do, and destroys it', async (name, stack) => {
  copyExample(name);
  await run(CDKTF, 'deploy', ...FLAGS);
  expect(await listState(stack)).not.toEqual([]);
  expect(await planNothing(stack)).toContain('No changes.');
  await run(CDKTF, 'destroy', ...FLAGS);
  await expectNothingLeft(stack);
});

/** A VM for each name, a network for each block, a VM in each of them, and one beside. */
const FLEET = `
const { App, Fn, TerraformCount, TerraformIterator, TerraformStack } = require('cdktf');
const { TerraformVariable, Token } = require('cdktf');
const { Duration, Network, NovacronProvider } = require('@novacron/constructs');
const { Reservation, Role, Size, Tenant, Vm } = require('@novacron/constructs');

const app = new App();
const stack = new TerraformStack(app, 'fleet');
new NovacronProvider(stack, 'novacron');
const size = { cpuCores: 1, memory: Size.gibibytes(1), disk: Size.gibibytes(4) };

const names = new TerraformVariable(stack, 'names', { type: 'list(string)' });
const forEach = TerraformIterator.fromList(names.listValue);
const workers = new Vm(stack, 'worker', { ...size, isolated: true, forEach });

const blocks = new TerraformVariable(stack, 'blocks', { type: 'map(string)' });
const block = TerraformIterator.fromMap(Token.asStringMap(blocks.value));
const cidr = Token.asString(block.value);
const lans = new Network(stack, 'lan', { cidr, networkName: block.key, forEach: block });
const each = TerraformIterator.fromResources(lans.node.defaultChild);
const own = Network.fromNetworkId(stack, 'own', each.getString('id'));
new Vm(stack, 'probe', { ...size, network: own, forEach: each });
const frontId = Fn.lookupNested(Fn.tomap(lans.fqn), ['front', 'id']);
const front = Network.fromNetworkId(stack, 'front', frontId);
new Vm(stack, 'web', { ...size, network: front, count: TerraformCount.of(2) });

const role = new Role(stack, 'reader', { operations: ['*.get'], dependsOn: [workers] });
new Tenant(stack, 'research', { quotas: { memory: Size.gibibytes(8) }, dependsOn: [role] });
const duration = Duration.hours(1);
new Reservation(stack, 'room', { ...size, duration, lifecycle: { createBeforeDestroy: false } });
app.synth();
`;

test('constructs are repeated for values of variables, and refer to each other', async () => {
  writeFileSync(join(directory, 'main.js'), FLEET);
  await run(process.execPath, 'main.js');
  const where = '-chdir=cdktf.out/stacks/fleet';
  const values = {
    names: ['one', 'other'],
    blocks: { front: '10.0.0.0/16', back: '10.1.0.0/16' },
  };
  const file = join(directory, 'cdktf.out/stacks/fleet/fleet.auto.tfvars.json');
  writeFileSync(file, JSON.stringify(values));
  await run('terraform', where, 'init', '-no-color', '-input=false');
  await run('terraform', where, 'apply', '-no-color', '-input=false', '-auto-approve');
  const networks = (await system.call('network.list', {})).items;
  const idOf = (name: string) => networks.find((network) => network.name === name)?.id;
  const vms = (await system.call('vm.list', {})).items;
  expect(vms.map(({ name, network_id }) => [name, network_id]).sort()).toEqual([
    ['fleet-probe-back', idOf('back')],
    ['fleet-probe-front', idOf('front')],
    ['fleet-web-0', idOf('front')],
    ['fleet-web-1', idOf('front')],
    ['fleet-worker-one', null],
    ['fleet-worker-other', null],
  ]);
  expect(await planNothing('fleet')).toContain('No changes.');
  await run('terraform', where, 'destroy', '-no-color', '-input=false', '-auto-approve');
  await expectNothingLeft('fleet');
});

test('a third-party trigger is synthesised as its golden file says', async () => {
  copyExample('null-trigger');
  await run(join(ROOT, 'node_modules/.bin/tsc'));
  await run(process.execPath, 'dist/main.js');
  const file = join(directory, 'cdktf.out/stacks/trigger/cdk.tf.json');
  const written = readFileSync(file, 'utf8').replaceAll(directory, '.');
  // Where the state is and which release wrote it are of the run.
  const synthesised = JSON.parse(written, (key, value) => (key === '//' ? undefined : value));
  const golden = readFileSync(join(EXAMPLES, 'null-trigger/synthesised.json'), 'utf8');
  expect(synthesised).toEqual(JSON.parse(golden));
});

test('a provider that is older than the constructs is refused by init', async () => {
  writeFileSync(
    join(directory, 'main.js'),
    `const { App, TerraformStack } = require('cdktf');
    const { NovacronProvider } = require('@novacron/constructs');
    const app = new App();
    new NovacronProvider(new TerraformStack(app, 'old'), 'novacron');
    app.synth();`,
  );
  await run(process.execPath, 'main.js');
  const mirror = join(directory, 'mirror');
  const old = join(mirror, 'registry.terraform.io/novacron/novacron/0.0.9/linux_amd64');
  mkdirSync(old, { recursive: true });
  writeFileSync(join(old, 'terraform-provider-novacron_v0.0.9'), '');
  const cliConfig = join(directory, 'old.tfrc');
  writeFileSync(
    cliConfig,
    `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
  );
  const where = '-chdir=cdktf.out/stacks/old';
  const settings = `TF_CLI_CONFIG_FILE=${cliConfig}`;
  const refused = run('env', settings, 'terraform', where, 'init', '-no-color');
  await expect(refused).rejects.toThrow(/no available releases match the given constraints\s+~>/);
});

test('every example is synthesised as its settings say, and has a page', () => {
  const names = readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(names.sort()).toEqual(['ha-service', 'null-trigger', 'quickstart', 'three-tier']);
  for (const name of names) {
    const { app } = JSON.parse(readFileSync(join(EXAMPLES, name, 'cdktf.json'), 'utf8'));
    expect(app).toBe('npx tsc && node dist/main.js');
    expect(readdirSync(join(EXAMPLES, name))).toContain('README.md');
  }
});
