/**
 * Runs nats-server and the sidecar with the commands of the StatefulSet, beside a real server and
 * the agent of a node.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { connect as secureConnect } from 'node:tls';
import { runProcess, startProcess, stopProcess } from '../../demo/processes.mjs';
import { NOVACRON, startServer } from '../../demo/server.mjs';
import { waitUntil } from '../../support/dist/wait-until.js';
import { findObject, KUBERNETES, renderOverlay } from './render-overlay.mjs';

const SOURCES = join(KUBERNETES, 'components/nats');

const PATIENCE = { timeoutMs: 60_000 };

const NODE = 'host-1';

/**
 * Throws unless a revoked agent is cut off, and a renewed certificate used, without a restart of
 * nats-server.
 */
export async function reloadPermissions(directory) {
  const home = join(directory, 'nats');
  const ports = await findFreePorts();
  // In place of the paths and ports of the pod.
  const inHere = (text) =>
    text
      .replaceAll(/\/(etc\/nats|run\/nats|data|scripts)\b/g, (path) =>
        path === '/etc/nats' ? home : `${home}${path}`,
      )
      .replace('0.0.0.0:4222', `127.0.0.1:${ports.nats}`)
      .replace('0.0.0.0:8222', `127.0.0.1:${ports.monitor}`);
  prepareFiles(home, inHere);
  const env = { ...process.env, NOVACRON_PROFILE: undefined, HOME: directory };
  const bootstrap = await startServer({ dataDir: join(directory, 'server'), env });
  const novacron = (words, of = bootstrap) => runNovacron(words, of, env);
  await prepareSecrets(novacron, home);
  await bootstrap.stop();

  const { spec } = findObject(renderOverlay('production'), 'StatefulSet', 'novacron-nats').spec
    .template;
  const [nats, sidecar] = spec.containers;
  let printed = '';
  const listen = (child) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        printed += bytes;
      });
    }
    return child;
  };
  const started = [listen(startContainer(nats, { inHere, env }))];
  const bus = ['--bus', `tls://localhost:${ports.nats}`, '--bus-ca', join(home, 'tls/server.crt')];
  try {
    await waitUntil('nats-server', () => monitor(ports, '/healthz'), PATIENCE);
    const server = await startServer({ dataDir: join(directory, 'server'), env, args: bus });
    started.push(server);
    const more = {
      NOVACRON_ENDPOINT: server.url,
      NOVACRON_API_KEY: readFileSync(join(home, 'bus-reader.key'), 'utf8'),
      INTERVAL_SECONDS: '1',
      PATH: [home, process.env.PATH].join(delimiter),
    };
    started.push(listen(startContainer(sidecar, { inHere, env, more })));
    const token = await novacron(
      ['admin', 'enrollment', 'create', '--node', NODE, '--output', 'jsonpath={.secret}'],
      server,
    );
    const flags = [...bus, '--enroll', token, '--server', server.url];
    started.push(listen(startAgent(flags, directory, env)));
    const ready = await waitUntil('the agent', () => findAgent(ports), PATIENCE);
    await novacron(['admin', 'enrollment', 'revoke', ready.enrollment], server);
    await waitUntil(
      'nats-server to cut the revoked agent off',
      async () => ((await findAgent(ports)) === undefined ? 'gone' : undefined),
      PATIENCE,
    );
    if (!(await listUsers(ports)).includes('urn:novacron:server')) {
      throw new Error('the server lost its connection, too');
    }
    const old = await readServedCertificate(ports);
    writeCertificate(home);
    await waitUntil(
      'nats-server to use its renewed certificate',
      async () => ((await readServedCertificate(ports)) === old ? undefined : 'renewed'),
      PATIENCE,
    );
  } catch (cause) {
    throw new Error(`${cause.message}:\n${printed}`, { cause });
  } finally {
    for (const each of started.reverse()) await (each.stop?.() ?? stopProcess(each));
  }
}

function prepareFiles(home, inHere) {
  for (const folder of ['config', 'permissions', 'tls', 'data', 'run/nats', 'scripts']) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  const nats = readFileSync(join(SOURCES, 'nats.conf'), 'utf8');
  writeFileSync(join(home, 'config/nats.conf'), inHere(nats));
  const noAgents = readFileSync(join(SOURCES, 'no-agents.conf'), 'utf8');
  writeFileSync(join(home, 'permissions/novacron.conf'), inHere(noAgents));
  cpSync(join(SOURCES, 'reload-permissions.sh'), join(home, 'scripts/reload-permissions.sh'));
  symlinkSync(NOVACRON, join(home, 'novacron'));
  writeCertificate(home);
}

function writeCertificate(home) {
  const files = ['-keyout', join(home, 'tls/server.key'), '-out', join(home, 'tls/server.crt')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const name = ['-subj', '/CN=nats', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...files, ...name], {
    stdio: 'pipe',
  });
}

/** The commands of the guide, and the file that must not differ from what they print. */
async function prepareSecrets(novacron, home) {
  const authority = await novacron(['admin', 'bus', 'authority']);
  writeFileSync(join(home, 'tls/novacron-ca.crt'), authority);
  await novacron(['role', 'create', 'bus-reader', '--operations', 'bus.configuration']);
  const secret = ['--output', 'jsonpath={.secret}'];
  const key = await novacron(['api-key', 'create', 'nats', '--role', 'bus-reader', ...secret]);
  writeFileSync(join(home, 'bus-reader.key'), key);
  const first = await novacron(['admin', 'bus', 'configuration', '--tls-dir', '/etc/nats/tls']);
  if (first !== readFileSync(join(SOURCES, 'no-agents.conf'), 'utf8').trim()) {
    throw new Error(`no-agents.conf has to be:\n${first}`);
  }
}

async function runNovacron(words, { url, apiKey }, env) {
  const { exitCode, stdout, output } = await runProcess(process.execPath, [NOVACRON, ...words], {
    env: { ...env, NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: apiKey },
  });
  if (exitCode === 0) return stdout.trim();
  throw new Error(`novacron ${words.join(' ')}: ${output}`);
}

/** The command and variables of a container; variables of secrets come from `more`. */
function startContainer({ command, env: variables = [] }, { inHere, env, more = {} }) {
  const written = variables.filter(({ name, value }) => value !== undefined && !(name in more));
  const own = written.map(({ name, value }) => [name, inHere(value)]);
  const [program, ...args] = command.map(inHere);
  return startProcess(program, args, { env: { ...env, ...Object.fromEntries(own), ...more } });
}

function startAgent(flags, directory, env) {
  const size = ['--cpu-cores', '8', '--memory-gb', '16', '--disk-gb', '100'];
  const place = ['--node', NODE, '--zone', 'zone-a', '--rack', 'rack-1', ...size];
  const words = ['agent', ...place, '--data-dir', join(directory, 'agent'), ...flags];
  return startProcess(process.execPath, [NOVACRON, ...words], { env });
}

/** @returns the connected agent, and its enrollment, which its user name contains */
async function findAgent(ports) {
  const user = (await listUsers(ports)).find((each) => each.includes(`:${NODE}:`));
  return user === undefined ? undefined : { enrollment: user.split(':').at(-1) };
}

/** @returns the fingerprint of the certificate that new connections get */
async function readServedCertificate({ nats: port }) {
  const plain = connect(port, '127.0.0.1');
  // NATS speaks first, and offers TLS then.
  await once(plain, 'data');
  const socket = secureConnect({ socket: plain, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function listUsers(ports) {
  const { connections } = await monitor(ports, '/connz?auth=1');
  return connections.map(({ authorized_user: user }) => user ?? '');
}

async function monitor({ monitor: port }, path) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return answer.json();
}

async function findFreePorts() {
  const servers = await Promise.all([1, 2].map(() => openPort(createServer())));
  const [nats, monitor] = servers.map((server) => server.address().port);
  for (const server of servers) server.close();
  return { nats, monitor };
}

function openPort(server) {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}
