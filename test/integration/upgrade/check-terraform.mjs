/** A configuration and its state, under servers and providers of both releases. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { commandOf, expectFact, runOk, startServer } from './programs.mjs';

const CONFIGURATION = fileURLToPath(new URL('testdata/configuration/main.tf', import.meta.url));

/** What `terraform plan -detailed-exitcode` says when there is something to do. */
const PLAN_HAS_CHANGES = 2;

/** What VMs have at first; each change adds one. */
const MEMORY_GB = 2;

/**
 * Applies with the release, goes on with this checkout, goes back, and mixes both.
 * @param {{ released: { name: string, root: string }, current: { name: string, root: string } }}
 * sides
 */
export async function checkTerraform({ released, current }, { directory, env, say }) {
  const dataDir = join(directory, 'data');
  const workspace = join(directory, 'workspace');
  cpSync(CONFIGURATION, join(workspace, 'main.tf'));
  const providers = {};
  for (const [key, side] of Object.entries({ released, current })) {
    providers[key] = await installProvider(side, { directory: join(directory, key), env });
  }
  const place = { workspace, env };
  const first = await startServer(released, { dataDir, env });
  const terraform = await openWorkspace({ ...place, server: first }, providers.released);
  await terraform.apply(MEMORY_GB);
  say('the released server and provider apply a configuration');
  await terraform.planIsEmpty(MEMORY_GB);
  await first.stop();
  const levels = levelsOf(dataDir);

  let memory = MEMORY_GB;
  const mixed = async (side, providerSide, config) => {
    const server = await startServer(side, { dataDir, env });
    const opened = await openWorkspace({ ...place, server }, config);
    const what = `the ${providerSide.name} provider on the ${side.name} server`;
    await opened.planIsEmpty(memory);
    say(`${what}: the plan is empty`);
    memory += 1;
    await opened.planHasChanges(memory);
    await opened.apply(memory);
    await opened.planIsEmpty(memory);
    const { items } = await server.ask('vm.list', { limit: 100 });
    const wrong = items.filter((vm) => vm.memory_gb !== memory || vm.status !== 'running');
    expectFact(items.length === 3 && wrong.length === 0, `${what} changes VMs`, toText(items));
    const { items: drifted } = await server.ask('drift.report');
    expectFact(drifted.length === 0, `${what} leaves no drift`, toText(drifted));
    const { entries } = await server.ask('audit.verify');
    await server.stop();
    say(`${what}: a change is applied, nothing drifts, ${entries} audit entries verify`);
  };

  await mixed(current, current, providers.current);
  await mixed(current, released, providers.released);
  if (levelsOf(dataDir) !== levels) {
    say(`the released server is not asked back: the store has had migrations after ${levels}`);
    return;
  }
  await mixed(released, released, providers.released);
  await mixed(released, current, providers.current);
  await mixed(current, current, providers.current);
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

/** The last migration that a store has had. */
function levelsOf(dataDir) {
  const store = new Database(join(dataDir, 'novacron.db'), { readonly: true });
  const level = store.prepare('select max(name) from schema_migrations').pluck().get();
  store.close();
  return String(level);
}

function toText(value) {
  return JSON.stringify(value, undefined, 2);
}
