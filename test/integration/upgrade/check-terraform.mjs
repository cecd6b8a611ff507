/** A configuration and its state, under servers and providers of both releases. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  commandOf,
  expectFact,
  isOpenToRelease,
  migrationsOf,
  runOk,
  startServer,
} from './programs.mjs';

const CONFIGURATION = fileURLToPath(new URL('testdata/configuration/main.tf', import.meta.url));

/** What `terraform plan -detailed-exitcode` says when there is something to do. */
const PLAN_HAS_CHANGES = 2;

/** What VMs have at first; each change adds one. */
const MEMORY_GB = 2;

/**
 * Applies with the release, goes on with this checkout, goes back, and mixes both. Where this
 * checkout has migrated the store, the release serves another one of its own.
 * @param {{ released: { name: string, root: string }, current: { name: string, root: string } }}
 * sides
 */
export async function checkTerraform({ released, current }, { directory, env, say }) {
  const withProvider = async (side) => {
    const config = await installProvider(side, { directory: join(directory, side.name), env });
    return { ...side, config };
  };
  const old = await withProvider(released);
  const now = await withProvider(current);
  const upgraded = await beginReleased(old, { directory: join(directory, 'upgraded'), env, say });
  const before = migrationsOf(upgraded.dataDir);
  await followPairs(upgraded, [
    [now, now],
    [now, old],
  ]);
  if (isOpenToRelease(before, upgraded.dataDir, say)) {
    await followPairs(upgraded, [
      [old, old],
      [old, now],
      [now, now],
    ]);
    return;
  }
  const kept = await beginReleased(old, { directory: join(directory, 'kept'), env, say });
  await followPairs(kept, [
    [old, now],
    [old, old],
  ]);
}

/** Has the release make a store and apply a configuration. */
async function beginReleased(released, { directory, env, say }) {
  const dataDir = join(directory, 'data');
  const workspace = join(directory, 'workspace');
  cpSync(CONFIGURATION, join(workspace, 'main.tf'));
  const server = await startServer(released, { dataDir, env });
  const terraform = await openWorkspace({ workspace, env, server }, released.config);
  await terraform.apply(MEMORY_GB);
  say('the released server and provider apply a configuration');
  await terraform.planIsEmpty(MEMORY_GB);
  await server.stop();
  return { dataDir, workspace, memory: MEMORY_GB, env, say };
}

/** Plans, changes and plans again with pairs of a server and a provider, one after another. */
async function followPairs(place, pairs) {
  const { dataDir, workspace, env, say } = place;
  for (const [side, providerSide] of pairs) {
    const server = await startServer(side, { dataDir, env });
    const opened = await openWorkspace({ workspace, env, server }, providerSide.config);
    const what = `the ${providerSide.name} provider on the ${side.name} server`;
    await opened.planIsEmpty(place.memory);
    say(`${what}: the plan is empty`);
    place.memory += 1;
    await opened.planHasChanges(place.memory);
    await opened.apply(place.memory);
    await opened.planIsEmpty(place.memory);
    const { items } = await server.ask('vm.list', { limit: 100 });
    const wrong = items.filter((vm) => vm.memory_gb !== place.memory || vm.status !== 'running');
    expectFact(items.length === 3 && wrong.length === 0, `${what} changes VMs`, toText(items));
    const { items: drifted } = await server.ask('drift.report');
    expectFact(drifted.length === 0, `${what} leaves no drift`, toText(drifted));
    const { entries } = await server.ask('audit.verify');
    await server.stop();
    say(`${what}: a change is applied, nothing drifts, ${entries} audit entries verify`);
  }
}

/** Installs the provider of a side. @returns the CLI configuration that names it */
async function installProvider(side, { directory, env }) {
  const config = join(directory, 'terraform.rc');
  const places = ['--dir', join(directory, 'mirror'), '--cli-config', config];
  await runOk(process.execPath, [commandOf(side), 'provider', 'install', ...places], { env });
  return config;
}

/** Prepares Terraform for a server and a provider; the state stays what it was. */
async function openWorkspace({ workspace, server, env }, config) {
  const options = {
    cwd: workspace,
    env: {
      ...env,
      TF_CLI_CONFIG_FILE: config,
      NOVACRON_ENDPOINT: server.url,
      NOVACRON_API_KEY: server.apiKey,
    },
  };
  // Both providers have the same version number, so what is known of the other one is forgotten.
  rmSync(join(workspace, '.terraform'), { recursive: true, force: true });
  rmSync(join(workspace, '.terraform.lock.hcl'), { force: true });
  const run = (args, wanted = 0) =>
    runOk('terraform', [...args, '-no-color'], { ...options, wanted });
  await run(['init']);
  const plan = ['plan', '-detailed-exitcode'];
  const memory = (gb) => ['-var', `memory_gb=${gb}`];
  return {
    apply: (gb) => run(['apply', '-auto-approve', ...memory(gb)]),
    planIsEmpty: (gb) => run([...plan, ...memory(gb)]),
    planHasChanges: (gb) => run([...plan, ...memory(gb)], PLAN_HAS_CHANGES),
  };
}

function toText(value) {
  return JSON.stringify(value, undefined, 2);
}
