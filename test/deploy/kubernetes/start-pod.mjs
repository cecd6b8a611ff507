/** Runs the pod of the overlay development with the image of the server, by podman. */

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { awaitHealthy } from '../support/await-healthy.mjs';
import { buildNodeStandIn, openContainers } from '../support/open-containers.mjs';
import { findObject, findSettings, readSettings, renderOverlay } from './render-overlay.mjs';

const TAG = 'novacron/server:kubernetes-check';
const POD = 'novacron-kubernetes-check';

/** What a process of the pod may do, as the process itself sees it. */
const LOOK = `
const fs = require('node:fs');
const status = fs.readFileSync('/proc/self/status', 'utf8');
const field = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
const writes = (path) => {
  try { fs.writeFileSync(path, ''); return true; } catch { return false; }
};
console.log(JSON.stringify({
  user: process.getuid(),
  capabilities: field('CapEff'),
  noNewPrivileges: field('NoNewPrivs'),
  seccomp: field('Seccomp'),
  writesRoot: writes('/usr/x'),
  writesSettings: writes('/etc/novacron/config/x'),
  writesData: writes('/var/lib/novacron/x'),
  writesTemporary: writes('/tmp/x'),
}));`;

const SEEN = {
  user: 10_001,
  capabilities: '0000000000000000',
  noNewPrivileges: '1',
  seccomp: '2',
  writesRoot: false,
  writesSettings: false,
  writesData: true,
  writesTemporary: true,
};

/**
 * Throws unless the server becomes ready in the pod, and the pod's restrictions hold.
 *
 * @param {{ context: string, base: string, directory: string }} options - `context` is the folder
 *   of the image, `base` the name of what it begins with
 */
export async function startPod({ context, base, directory }) {
  const containers = openContainers(join(directory, 'containers'));
  const { podman } = containers;
  const file = join(directory, 'pod.yaml');
  try {
    buildNodeStandIn(containers, base, join(directory, 'base'));
    containers.build(context, TAG);
    const pod = describePod();
    writeFileSync(file, [...pod.others, pod.object].map((each) => stringify(each)).join('---\n'));
    podman('play', 'kube', file);
    await checkProbes(podman, pod.server);
    const seen = podman('exec', `${POD}-server`, 'node', '-e', LOOK);
    if (seen !== JSON.stringify(SEEN)) throw new Error(`the pod may do this: ${seen}`);
    podman('exec', `${POD}-server`, 'novacron', '--version');
  } catch (cause) {
    const { output } = containers.tryPodman('logs', `${POD}-server`);
    throw new Error(`${cause.message}:\n${cause.stderr ?? output}`, { cause });
  } finally {
    containers.remove();
  }
}

/** podman knows no StatefulSet: it gets its pod, with the objects that it mounts. */
function describePod() {
  const objects = renderOverlay('development');
  const { template } = findObject(objects, 'StatefulSet', 'novacron').spec;
  const [server] = template.spec.containers;
  server.image = `localhost/${TAG}`;
  const metadata = { ...template.metadata, name: POD };
  findSettings(objects)['config.yaml'] = readSettings(objects);
  // podman 4.3 mounts the values of a Secret encoded, so a ConfigMap has them here.
  const volume = template.spec.volumes.find(({ name }) => name === 'keys');
  volume.configMap = { name: volume.secret.secretName };
  volume.secret = undefined;
  const keys = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: volume.configMap.name },
    data: {
      'sealing.key': randomBytes(32).toString('base64'),
      'admin.key': `ncr_${randomBytes(32).toString('base64url')}`,
    },
  };
  // podman would take the ports of the machine.
  const { ports: _ports, ...container } = server;
  template.spec.containers = [container];
  const isMounted = ({ kind }) => ['ConfigMap', 'PersistentVolumeClaim'].includes(kind);
  return {
    server,
    object: { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec },
    others: [...objects.filter(isMounted), keys],
  };
}

/** podman starts its own probes with systemd only, so these are asked from here. */
async function checkProbes(podman, { ports, ...container }) {
  const address = podman(
    'inspect',
    '--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    podman('pod', 'inspect', '--format={{.InfraContainerID}}', POD),
  );
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { path, port } = container[probe].httpGet;
    const { containerPort } = ports.find(({ name }) => name === port);
    await awaitHealthy(`http://${address}:${containerPort}${path}`);
  }
}
