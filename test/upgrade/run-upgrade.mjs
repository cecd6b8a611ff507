/**
 * The last release and this commit, one after another on the same fleet: forward and back under
 * load, in the order of docs/how-to/upgrade.md; the other order is refused. One line a step.
 *
 *   node test/upgrade/run-upgrade.mjs
 *
 * BASE is the commit of the release. Exit codes: 0 every step did what it should; 1 one did not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEnvironment } from '../demo/environment.mjs';
import { endWithSignals, stopAllProcesses } from '../demo/processes.mjs';
import { buildSide, versionIn } from './build-side.mjs';
import { expectEachOnce, loadFleet } from './load-fleet.mjs';
import { expectFact, openFleet, waitFor } from './open-fleet.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The commit of the tag v0.1.0. */
const BASE_DEFAULT = 'cc9cee09bc6d8aa8e7598dcc75ec36c28521b4ea';

const NODES = ['node-01', 'node-02'];
const VM = { name: 'kept', cpu_cores: 1, memory_gb: 1, disk_gb: 1 };

const CHANGED_GB = 2;

const { BASE = BASE_DEFAULT } = process.env;

process.exitCode = await main();

async function main() {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-upgrade-'));
  const sides = [];
  const removeAll = () => {
    for (const side of sides) side.remove();
    rmSync(directory, { recursive: true, force: true });
  };
  endWithSignals(removeAll);
  let fleet;
  try {
    const common = { root: ROOT, directory };
    sides.push(buildSide({ ...common, name: 'released', commit: BASE }));
    const version = nextVersion(sides[0].version);
    sides.push(buildSide({ ...common, name: 'current', commit: 'HEAD', version }));
    say(`built ${sides.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
    fleet = await openFleet({ directory, env: createEnvironment(directory) });
    await follow(fleet, ...sides);
    say('every step did what it should');
    return 0;
  } catch (cause) {
    say(`FAILED ${cause.stack}`);
    return 1;
  } finally {
    await fleet?.close();
    await stopAllProcesses();
    removeAll();
  }
}

/** A commit that still has the version of the release becomes the next one; others stay theirs. */
function nextVersion(released) {
  if (versionIn(ROOT) !== released) return undefined;
  const [major, minor] = released.split('.').map(Number);
  return `${major}.${minor + 1}.0`;
}

async function follow(fleet, released, current) {
  for (const slot of fleet.slots) await fleet.startServer(slot, released);
  for (const node of NODES) await fleet.startAgent(node, released);
  await waitFor('both nodes', async () => {
    const { items } = await fleet.call('node.list');
    return items.length === NODES.length;
  });
  const { operation, resource } = await fleet.call('vm.create', VM);
  await fleet.call('operation.wait', { id: operation.id });
  const { node } = await fleet.call('vm.get', { id: resource.id });
  say(`${released.version} runs on 3 servers and 2 nodes`);

  await replaceAgent(fleet, node, current);
  await expectRefusedCommand(fleet, resource.id, { released, current });
  await replaceAgent(fleet, node, released);
  await expectChanged(fleet, resource.id);
  say(`an agent of ${current.version} first: refused; back to ${released.version}: it goes on`);

  let created = 1;
  created += await underLoad(fleet, `${released.version} to ${current.version}`, async () => {
    for (const slot of fleet.slots) await replaceServer(fleet, slot, current);
    for (const each of NODES) await replaceAgent(fleet, each, current);
  });
  await expectEachOnce(fleet, created);

  await fleet.stopServer(0);
  const refusal = await fleet.startInVain(0, released);
  if (/written by a newer release/.test(refusal)) {
    say(`back to ${released.version}: refused, because the schema is newer:\n${refusal}`);
    await fleet.startServer(0, current);
    return;
  }
  expectFact(/agents are of a newer one/.test(refusal), 'the refusal of the server', refusal);
  say(`a server of ${released.version} first, with agents of ${current.version}: refused`);
  await fleet.startServer(0, current);
  created += await underLoad(fleet, `${current.version} to ${released.version}`, async () => {
    for (const each of NODES) await replaceAgent(fleet, each, released);
    for (const slot of fleet.slots) await replaceServer(fleet, slot, released);
  });
  await expectEachOnce(fleet, created);
  const { entries } = await fleet.call('audit.verify');
  say(`${entries} audit entries verify`);
}

async function replaceServer(fleet, slot, side) {
  await fleet.stopServer(slot);
  await fleet.startServer(slot, side);
}

/** The next one waits until the node takes VMs again. */
async function replaceAgent(fleet, node, side) {
  await fleet.stopAgent(node);
  await fleet.startAgent(node, side);
  await waitFor(`the node ${node}`, async () => {
    const { items } = await fleet.call('node.list', { name: node });
    return items.some(
      ({ status, suspected, agent_release }) =>
        status === 'ready' && suspected === null && agent_release === side.version,
    );
  });
}

/** No request fails while the parts are replaced. @returns the number of creates */
async function underLoad(fleet, what, replaceParts) {
  const [{ vms }] = await fleet.query('select count(*)::int as vms from vms');
  const load = await loadFleet(fleet, vms + 1);
  await replaceParts();
  const { sent, failed, created, p99Ms } = await load.stop();
  const none = JSON.stringify(failed) === '{}';
  expectFact(none, `${what}: all of ${sent} requests are answered`, JSON.stringify(failed));
  say(`${what}: ${sent} requests, 0 failed, p99 ${Math.round(p99Ms)} ms; ${created} creates`);
  return created;
}

/** The change waits, and says why. */
async function expectRefusedCommand(fleet, id, { released, current }) {
  const { operation } = await fleet.call('vm.update', { id, memory_gb: CHANGED_GB });
  const words = `accepts no new commands from a server of ${released.version}`;
  await waitFor('the refusal of the agent', async () => {
    const shown = JSON.stringify(await fleet.call('operation.get', { id: operation.id }));
    return shown.includes(words) && shown.includes(`Upgrade the servers to ${current.version}`);
  });
}

async function expectChanged(fleet, id) {
  await waitFor('the change', async () => {
    const { memory_gb } = await fleet.call('vm.get', { id });
    return memory_gb === CHANGED_GB;
  });
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
