/** Servers and agents of both releases over NATS, with an operation that is under way meanwhile. */
import { join } from 'node:path';
import { startProcess, stopProcess } from '../../demo/processes.mjs';
import {
  commandOf,
  expectFact,
  isOpenToRelease,
  migrationsOf,
  startServer,
  waitFor,
  waitForOperation,
} from './programs.mjs';

const NODE = [
  ['--node', 'node-01'],
  ['--zone', 'zone-a'],
  ['--rack', 'rack-1'],
  ['--cpu-cores', '8'],
  ['--memory-gb', '64'],
  ['--disk-gb', '200'],
].flat();

/**
 * Has a server and an agent of each release follow one another, and each kind of pair meet. Where
 * this checkout has migrated the store, the release serves another one of its own.
 */
export async function checkAgents({ released, current }, { directory, env, say }) {
  const { startNats } = await import('../../support/services/start-nats.ts');
  const follow = async (name, forward, back) => {
    const nats = await startNats();
    try {
      const place = { dataDir: join(directory, `${name}-server`), bus: nats.url };
      const agentDir = join(directory, `${name}-agent`);
      return await followAll(released, { ...place, agentDir, env, say, forward, back });
    } finally {
      await nats.remove();
    }
  };
  const forward = [
    [current, released],
    [current, current],
  ];
  const back = [
    [released, current],
    [released, released],
  ];
  const cameBack = await follow('upgraded', forward, [...back, [current, current]]);
  if (!cameBack) await follow('kept', back, []);
}

/**
 * Begins with the release and has the pairs follow, those of `back` only where the release still
 * knows the store.
 * @returns whether it did
 */
async function followAll(released, { dataDir, agentDir, env, say, bus, forward, back }) {
  const serve = (side) => startServer(side, { dataDir, env, args: ['--bus', bus] });
  const work = (side) => {
    const flags = ['--bus', bus, '--data-dir', agentDir, ...NODE];
    return startProcess(process.execPath, [commandOf(side), 'agent', ...flags], { env });
  };
  let agent = work(released);
  let server = await serve(released);
  await waitFor('the node', async () => {
    const { items } = await server.ask('node.list');
    return items.length === 1 ? items : undefined;
  });
  const asked = { name: 'kept', cpu_cores: 2, memory_gb: 2, disk_gb: 20 };
  const { resource, operation } = await server.ask('vm.create', asked);
  await waitForOperation(server, operation);
  say('the released server has the released agent create a VM');
  const before = migrationsOf(dataDir);

  let memory_gb = 2;
  const followPair = async ([side, agentSide]) => {
    memory_gb += 1;
    // The agent hears the command and cannot act; its server is killed while it waits.
    agent.kill('SIGSTOP');
    const change = await server.ask('vm.update', { id: resource.id, memory_gb });
    await server.kill();
    await stopAgent(agent);
    agent = work(agentSide);
    server = await serve(side);
    const what = `the ${side.name} server with the ${agentSide.name} agent`;
    await waitForOperation(server, change.operation);
    say(`${what}: what was under way goes on and ends well`);
    await changeVm(server, { id: resource.id, memory_gb, what });
    const { entries } = await server.ask('audit.verify');
    say(`${what}: a VM is changed, stopped and started, ${entries} audit entries verify`);
  };
  for (const pair of forward) await followPair(pair);
  const isKnown = isOpenToRelease(before, dataDir, say);
  for (const pair of isKnown ? back : []) await followPair(pair);
  await server.stop();
  await stopProcess(agent);
  return isKnown;
}

/** A stopped process does not hear that it has to end. */
async function stopAgent(agent) {
  const ended = stopProcess(agent, 'SIGKILL');
  agent.kill('SIGCONT');
  await ended;
}

async function changeVm(server, { id, memory_gb, what }) {
  const seen = await server.ask('vm.get', { id });
  expectFact(seen.memory_gb === memory_gb, `${what}: the change is there`, JSON.stringify(seen));
  const writes = [
    ['vm.update', { id, cpu_cores: seen.cpu_cores === 2 ? 3 : 2 }],
    ['vm.stop', { id }],
    ['vm.start', { id }],
  ];
  for (const [method, params] of writes) {
    const { operation } = await server.ask(method, params);
    await waitForOperation(server, operation);
  }
  const { status } = await server.ask('vm.get', { id });
  expectFact(status === 'running', `${what}: the VM runs`);
}
