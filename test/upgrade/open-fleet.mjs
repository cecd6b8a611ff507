/**
 * Three servers that share PostgreSQL and NATS behind HAProxy, and agents in processes of their
 * own: what docs/how-to/running.md describes. Each part is stopped and started by itself, from the
 * programs of any checkout.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callServer } from '../bench/call-server.mjs';
import { startProcess, stopProcess } from '../demo/processes.mjs';

const PAGE = fileURLToPath(new URL('../../docs/how-to/running.md', import.meta.url));

/** Of the keys. Unit: bytes. */
const KEY_LENGTH = 32;

const SLOTS = 3;
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/** Longer than HAProxy takes to notice: two failed checks. */
const SHUTDOWN_DELAY = '5s';

/** A part did not do what it should. */
class FleetFailure extends Error {}

/** Fails unless the fact holds. */
export function expectFact(isTrue, what, seen = '') {
  if (!isTrue) throw new FleetFailure(`${what}: ${seen}`);
}

/**
 * Starts PostgreSQL, NATS and HAProxy; servers and agents are started one by one.
 * @param {{ directory: string, env: NodeJS.ProcessEnv }} options
 */
export async function openFleet({ directory, env }) {
  register('../simulation/load-typescript.mjs', import.meta.url);
  const { startPostgres, openPool } = await import('../support/services/start-postgres.ts');
  const { startNats } = await import('../support/services/start-nats.ts');
  const { findFreePort } = await import('../support/services/own-process.ts');
  const postgres = await startPostgres({ fsync: 'on' });
  const nats = await startNats();
  const store = await postgres.createDatabase();
  const ports = [];
  for (let index = 0; index <= SLOTS; index += 1) ports.push(await findFreePort());
  const [front, ...slots] = ports;
  const apiKey = `ncr_${randomBytes(KEY_LENGTH).toString('base64url')}`;
  const at = (name) => join(directory, name);
  writeFileSync(at('first.key'), apiKey, { mode: 0o600 });
  writeFileSync(at('sealing.key'), randomBytes(KEY_LENGTH).toString('base64'), { mode: 0o600 });
  writeFileSync(at('haproxy.cfg'), proxyConfiguration(front, slots));
  const url = `http://127.0.0.1:${front}`;
  const proxy = startProcess('haproxy', ['-db', '-f', at('haproxy.cfg')], { env });
  const said = collect(proxy);
  await waitFor('HAProxy', async () => {
    expectFact(proxy.exitCode === null, 'HAProxy runs', said());
    return (await statusOf(`${url}/readyz`)) !== undefined;
  });
  const servers = new Map();
  const agents = new Map();
  const flags = [
    ['--store', store],
    ['--bus', nats.url],
    ['--sealing-key-file', at('sealing.key')],
    ['--bootstrap-admin-key-file', at('first.key')],
    ['--trusted-proxies', '127.0.0.1'],
    ['--shutdown-delay', SHUTDOWN_DELAY],
    ['--rate-limit', '100000'],
    ['--log-level', 'error'],
  ].flat();
  const run = (side, args) => {
    const child = startProcess(process.execPath, [commandOf(side), ...args], { env });
    const output = collect(child);
    return { child, output };
  };
  const launch = (slot, side) => {
    const place = ['--data-dir', at(`server-${slot}`), '--listen', `127.0.0.1:${slots[slot]}`];
    return run(side, ['server', ...place, ...flags]);
  };

  return {
    url,
    apiKey,
    slots: slots.map((_, slot) => slot),
    call: (method, params = {}) => callServer({ url, apiKey }, method, params),
    query: async (sql) => {
      const pool = await openPool(store, 1);
      const { rows } = await pool.query(sql);
      await pool.end();
      return rows;
    },
    /** Starts a server and waits until it is ready. @returns how long that took in ms */
    startServer: async (slot, side) => {
      const startedAtMs = performance.now();
      const server = launch(slot, side);
      servers.set(slot, server);
      const address = `http://127.0.0.1:${slots[slot]}/readyz`;
      await waitFor(`server ${slot} of ${side.name}`, async () => {
        expectFact(server.child.exitCode === null, `server ${slot} runs`, server.output());
        return (await statusOf(address)) === 200;
      });
      return performance.now() - startedAtMs;
    },
    /** Starts a server that refuses to. @returns what it says */
    startInVain: async (slot, side) => {
      const { child, output } = launch(slot, side);
      await waitFor(`the refusal of server ${slot}`, () => child.exitCode !== null);
      expectFact(child.exitCode === 1, 'the exit code of a server that refuses is 1', output());
      return output();
    },
    stopServer: async (slot) => {
      const { child, output } = servers.get(slot);
      expectFact((await stopProcess(child)) === 0, `server ${slot} stops well`, output());
    },
    killServer: (slot) => stopProcess(servers.get(slot).child, 'SIGKILL'),
    startAgent: async (node, side) => {
      const place = ['--node', node, '--zone', 'zone-a', '--rack', 'rack-1'];
      const size = ['--cpu-cores', '4096', '--memory-gb', '16384', '--disk-gb', '50000'];
      const where = ['--bus', nats.url, '--data-dir', at(node), '--log-level', 'error'];
      const agent = run(side, ['agent', ...place, ...size, ...where]);
      agents.set(node, agent);
      await waitFor(`the agent of ${node}`, () => {
        expectFact(agent.child.exitCode === null, `the agent of ${node} runs`, agent.output());
        return /is ready/.test(agent.output());
      });
    },
    stopAgent: async (node) => {
      const { child, output } = agents.get(node);
      expectFact((await stopProcess(child)) === 0, `the agent of ${node} stops well`, output());
    },
    close: async () => {
      const children = [...servers.values(), ...agents.values()].map(({ child }) => child);
      for (const child of [...children, proxy]) await stopProcess(child, 'SIGKILL');
      await nats.remove();
      await postgres.remove();
    },
  };
}

/** The `novacron` command of a checkout. */
function commandOf({ root }) {
  return join(root, 'server/cli/bin/novacron.mjs');
}

/** The configuration on the page, with the addresses of this run. */
function proxyConfiguration(front, slots) {
  const [, block] = /```haproxy\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  let next = 0;
  return block
    .replace(/bind \S+.*/, `bind 127.0.0.1:${front}`)
    .replaceAll(/( server \S+) \S+/g, (_, name) => `${name} 127.0.0.1:${slots[next++]}`);
}

function collect(child) {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  }
  return () => printed;
}

async function statusOf(address) {
  try {
    return (await fetch(address)).status;
  } catch {
    return undefined;
  }
}

/** Waits until a condition holds. */
export async function waitFor(what, holds) {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    expectFact(performance.now() < deadlineMs, `waited in vain for ${what}`);
    await new Promise((later) => setTimeout(later, POLL_MS));
  }
}
