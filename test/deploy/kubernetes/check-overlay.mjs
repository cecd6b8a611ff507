/** What has to hold in the objects of an overlay beyond their form. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { findFaults } from './find-faults.mjs';
import { findInsecure } from './pod-security.mjs';
import {
  findObject,
  findSettings,
  KUBERNETES,
  listPodTemplates,
  readSettings,
} from './render-overlay.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Connections that PostgreSQL keeps for superusers, and the one of a backup. */
const OTHER_CONNECTIONS = 3 + 1;

/** While a rollout replaces servers, one more starts and one still ends. */
const MORE_SERVERS = 2;

/** Time that running requests get once a server stops to listen. */
const DRAIN_S = 10;

/** @returns {Promise<readonly string[]>} what is wrong with objects, and with which */
export async function findProblems(objects) {
  const malformed = await Promise.all(
    objects.map(async (object) => {
      const faults = await findFaults(object);
      return faults.map((fault) => `${object.kind}/${object.metadata.name}: ${fault}`);
    }),
  );
  const insecure = listPodTemplates(objects).flatMap((pods) =>
    [...findInsecure(pods.template), ...findCareless(pods.template)].map(
      (fault) => `${pods.name}: ${fault}`,
    ),
  );
  return [...malformed.flat(), ...insecure];
}

/** @returns {Promise<readonly string[]>} the same, and what is wrong with the overlay as a whole */
export async function findProblemsOfOverlay(objects, name) {
  const replicated = name === 'development' ? [] : findProblemsOfReplicas(objects);
  return [...(await findProblems(objects)), ...findUnlisted(objects, name), ...replicated];
}

/** Rules of our own, which the standard `restricted` leaves open. */
function findCareless({ spec }) {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const rules = {
    'automountServiceAccountToken has to be false': spec.automountServiceAccountToken === false,
    'root file systems have to be read-only': containers.every(
      (each) => each.securityContext.readOnlyRootFilesystem === true,
    ),
    'containers need requests and a limit of memory': containers.every(
      ({ resources }) =>
        resources?.requests?.cpu !== undefined && resources.limits?.memory !== undefined,
    ),
    'servers run as 10001': spec.securityContext.runAsUser === 10_001,
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);
}

/** Secrets that deploy.sh looks for: those that no certificate makes. */
function findUnlisted(objects, name) {
  const made = objects
    .filter(({ kind }) => kind === 'Certificate')
    .map(({ spec }) => spec.secretName);
  const used = objects
    .filter(({ kind }) => kind !== 'Certificate' && kind !== 'Ingress')
    .flatMap(listSecrets)
    .filter((secret) => !made.includes(secret));
  const wanted = [...new Set(used)].sort().join('\n');
  const file = join(KUBERNETES, 'overlays', name, 'required-secrets');
  return readFileSync(file, 'utf8') === `${wanted}\n` ? [] : [`${file} has to list:\n${wanted}`];
}

/** Names of the secrets that a part of an object refers to. */
function listSecrets(part) {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    if (key === 'secretName') return [value];
    const isReference = ['secret', 'secretKeyRef', 'credentials'].includes(key);
    return isReference && value.name !== undefined ? [value.name] : listSecrets(value);
  });
}

function findProblemsOfReplicas(objects) {
  const { spec } = findObject(objects, 'Deployment', 'novacron');
  const settings = parse(findSettings(objects)['config.yaml']);
  const delayS = Number.parseInt(settings['shutdown-delay'], 10);
  const { template } = spec;
  const scaling = findObject(objects, 'HorizontalPodAutoscaler', 'novacron');
  const needed = countConnections(scaling.spec.maxReplicas);
  const allowed = Number(scaling.metadata.annotations['novacron.dev/postgresql-max-connections']);
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const hasDevices = JSON.stringify(template).includes('NOVACRON_FENCE_DEVICES');
  const rules = {
    'replicas belong to the autoscaler': spec.replicas === undefined,
    'a rollout has to keep all servers': spec.strategy.rollingUpdate.maxUnavailable === 0,
    'the delay and the drain have to fit into the grace period':
      delayS + DRAIN_S < template.spec.terminationGracePeriodSeconds,
    [`maxReplicas needs ${needed} connections of PostgreSQL, of ${allowed}`]: needed <= allowed,
    'servers with fence devices need a policy that lets them out':
      !hasDevices || policies.some(({ metadata }) => metadata.name === 'to-fence-devices'),
    'two servers must not be evicted at once':
      findObject(objects, 'PodDisruptionBudget', 'novacron').spec.maxUnavailable === 1,
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);
}

/** A server has one connection that writes, and pools of readers and of metrics. */
function countConnections(servers) {
  const read = (file, constant) => {
    const text = readFileSync(join(ROOT, 'server/src/adapters', file), 'utf8');
    return Number(new RegExp(`const ${constant} = (\\d+);`).exec(text)[1]);
  };
  const each =
    1 +
    read('store/postgres/read-pool.ts', 'READ_CONNECTIONS_MAX') +
    read('metric-series/postgres/open-postgres-series.ts', 'CONNECTIONS_MAX');
  return (servers + MORE_SERVERS) * each + OTHER_CONNECTIONS;
}

/** Has the server read the settings, without starting. Throws what it refuses. */
export function readSettingsForReal(objects, directory) {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, readSettings(objects));
  const program = join(ROOT, 'server/cli/bin/novacron.mjs');
  execFileSync(process.execPath, [program, 'config', 'show', '--config', file], {
    stdio: 'pipe',
  });
}
