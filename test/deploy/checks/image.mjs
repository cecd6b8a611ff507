/** Builds the image of the server from a release, and runs it with nothing it does not need. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { awaitHealthy } from '../support/await-healthy.mjs';
import { findMissing } from '../support/find-missing.mjs';
import { makeTestRelease } from '../support/make-test-release.mjs';
import {
  buildNodeStandIn,
  CONTAINER_PROGRAMS,
  openContainers,
} from '../support/open-containers.mjs';
import { runCompose } from '../support/run-compose.mjs';

const TAG = 'novacron/server:test';
const NAME = 'novacron-image-check';
const DATA = '/var/lib/novacron';

/** The options of docs/how-to/run-in-containers.md, and limits. */
const HARDENED = [
  '--no-healthcheck',
  '--read-only',
  '--tmpfs=/tmp',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--pids-limit=64',
  '--memory=512m',
];

const LAYERS_MB_MAX = 90;
const COMPRESSED_MB_MAX = 200;

/** What has to be so in the Dockerfile, and how it can be seen. */
const RULES = [
  ['the base has a version', (lines) => !lines.some((line) => /:latest\b/.test(line))],
  [
    'the base can be chosen',
    (lines) => lines.every((line) => !/^FROM /.test(line) || /^FROM \$\{NODE_IMAGE\}/.test(line)),
  ],
  ['nothing is downloaded', (lines) => !lines.some((line) => /^ADD https?:|curl|wget/.test(line))],
  ['the user is a number', (lines) => /^USER [1-9]\d*:[1-9]\d*$/m.test(lines.join('\n'))],
  [
    'Node is the first process',
    (lines) => lines.some((line) => /^ENTRYPOINT \["node", /.test(line)),
  ],
  ['it has a health check', (lines) => lines.some((line) => line.startsWith('HEALTHCHECK '))],
];

/** @type {import('../deployment-artifacts.mjs').Check} */
export const IMAGE = {
  name: 'image',
  artifacts: [
    {
      path: 'server/deploy/image/Dockerfile',
      label: 'RAN',
      how:
        'builds it twice to the same layers, on a stand-in for its base, runs it read-only, ' +
        'without capabilities, and on a volume that outlives it',
    },
    {
      path: 'server/deploy/image/compose.yaml',
      label: 'RAN',
      how: 'starts it with podman-compose, on stand-ins for the images of PostgreSQL and NATS',
    },
  ],
  missing: () => findMissing([...CONTAINER_PROGRAMS, 'iptables', 'podman-compose', 'openssl']),
  run: async ({ say, directory }) => {
    const { home } = makeTestRelease();
    const context = join(home, 'image');
    const dockerfile = readFileSync(join(context, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
    for (const [what, holds] of RULES) {
      if (!holds(dockerfile.split('\n'))) throw new Error(`not so in the Dockerfile: ${what}`);
    }
    const [, base] = /^ARG NODE_IMAGE=(.*)$/m.exec(dockerfile);
    const containers = openContainers(join(directory, 'containers'));
    try {
      say(`  ${base} is a Debian with the Node of this machine: no registry is asked`);
      buildNodeStandIn(containers, base, join(directory, 'base'));
      buildTwice({ containers, context, other: join(directory, 'other') });
      say(`  ${measure({ containers, base, directory })}`);
      await runHardened(containers);
      await runCompose({ containers, context, directory, image: TAG, say });
    } finally {
      containers.remove();
    }
  },
};

/** The id of an image contains that of the container that built it; the rest is the same. */
function buildTwice({ containers, context, other }) {
  const describe = () =>
    containers.podman('image', 'inspect', '--format={{json .RootFS}} {{json .Config}}', TAG);
  containers.build(context, TAG);
  const first = describe();
  cpSync(context, other, { recursive: true });
  containers.build(other, TAG);
  const second = describe();
  if (first !== second) throw new Error(`two builds gave ${first} and ${second}`);
}

function measure({ containers, base, directory }) {
  const sizeOf = (tag) =>
    Number(containers.podman('image', 'inspect', '--format', '{{.Size}}', tag)) / 1e6;
  const layers = Math.round(sizeOf(TAG) - sizeOf(base));
  const archive = join(directory, 'image.tar');
  containers.podman('save', '--quiet', '--output', archive, TAG);
  const compressed = Math.round(gzipSync(readFileSync(archive), { level: 1 }).length / 1e6);
  const sizes = `layers over the base: ${layers} MB; image, compressed: ${compressed} MB`;
  if (layers > LAYERS_MB_MAX || compressed > COMPRESSED_MB_MAX) throw new Error(sizes);
  return sizes;
}

async function runHardened(containers) {
  const { podman } = containers;
  const start = async () => {
    const options = [...HARDENED, `--name=${NAME}`, `--volume=novacron-data:${DATA}`];
    podman('run', '--detach', ...options, '--env=NOVACRON_INSECURE_LISTEN=true', TAG);
    const address = podman('inspect', '--format={{.NetworkSettings.IPAddress}}', NAME);
    await awaitHealthy(`http://${address}:7481/healthz`);
    await awaitHealthy(`http://${address}:7480/readyz`);
  };
  await start();
  lookInside(containers);
  checkHealth(podman);
  novacron(podman, 'network', 'create', 'kept', '--cidr=10.9.0.0/16');
  stop(podman);
  await start();
  const kept = novacron(podman, 'network', 'list', '--output=name');
  if (!kept.includes('kept')) throw new Error(`the volume was not kept: ${kept}`);
  stop(podman);
}

/** Runs a command in the container, with the first key. */
function novacron(podman, ...words) {
  const program = JSON.parse(
    podman('image', 'inspect', '--format={{json .Config.Entrypoint}}', TAG),
  );
  const options = ['--endpoint=http://127.0.0.1:7480', `--api-key-file=${DATA}/admin.key`];
  return podman('exec', NAME, ...program, ...words, ...options);
}

/** The command of the image, which a container engine repeats. */
function checkHealth(podman) {
  const [kind, ...words] = JSON.parse(
    podman('image', 'inspect', '--format={{json .HealthCheck.Test}}', TAG),
  );
  if (kind !== 'CMD') throw new Error(`the health check needs a shell: ${kind}`);
  podman('exec', NAME, ...words);
}

/** What the kernel says about the first process, and what that may write. */
function lookInside({ podman, tryPodman }) {
  const status = podman('exec', NAME, 'cat', '/proc/1/status');
  const fields = ['Name', 'Uid', 'CapEff', 'NoNewPrivs'];
  const found = fields.map((name) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)[1]);
  const wanted = 'node 10001 0000000000000000 1';
  if (found.join(' ') !== wanted) throw new Error(`the first process is ${found}, not ${wanted}`);
  const { output } = tryPodman('exec', NAME, 'touch', '/opt/novacron/file');
  if (!output.includes('Read-only file system'))
    throw new Error(`a write was not refused: ${output}`);
}

function stop(podman) {
  podman('kill', '--signal=TERM', NAME);
  const code = podman('wait', NAME);
  const log = podman('logs', NAME);
  podman('rm', NAME);
  if (code !== '0') throw new Error(`SIGTERM ended it with ${code}:\n${log}`);
}
