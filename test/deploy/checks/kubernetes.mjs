/** Checks the manifests, and runs what can run without a cluster. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backUpStore } from '../kubernetes/back-up-store.mjs';
import { checkMetricRule } from '../kubernetes/check-metric-rule.mjs';
import {
  findProblems,
  findProblemsOfOverlay,
  readSettingsForReal,
} from '../kubernetes/check-overlay.mjs';
import { findFaults } from '../kubernetes/find-faults.mjs';
import { followScripts } from '../kubernetes/follow-scripts.mjs';
import { findInsecure } from '../kubernetes/pod-security.mjs';
import { reloadPermissions } from '../kubernetes/reload-permissions.mjs';
import {
  findObject,
  KUBERNETES as MANIFESTS,
  OVERLAYS,
  renderArgocdExample,
  renderBootstrap,
  renderOverlay,
} from '../kubernetes/render-overlay.mjs';
import { startPod } from '../kubernetes/start-pod.mjs';
import { findMissing } from '../support/find-missing.mjs';
import { makeTestRelease } from '../support/make-test-release.mjs';
import { CONTAINER_PROGRAMS } from '../support/open-containers.mjs';

const SCRIPTS = resolve(MANIFESTS, '../scripts');

const VALIDATED =
  'kubectl builds it; fields, the Pod Security standard `restricted` and rules of our own hold';

/** @type {import('../deployment-artifacts.mjs').Check} */
export const KUBERNETES = {
  name: 'kubernetes',
  artifacts: [
    { path: 'examples/argocd/', label: 'VALIDATED', how: VALIDATED },
    { path: 'server/deploy/kubernetes/base/', label: 'VALIDATED', how: VALIDATED },
    { path: 'server/deploy/kubernetes/bootstrap/', label: 'VALIDATED', how: VALIDATED },
    {
      path: 'server/deploy/kubernetes/components/nats/reload-permissions.sh',
      label: 'RAN',
      how:
        'with nats-server, a server and an agent: a revoked agent is cut off, and a renewed ' +
        'certificate is used',
    },
    {
      path: 'server/deploy/kubernetes/components/nats/nats.conf',
      label: 'RAN',
      how: 'nats-server runs with it, on other paths and ports',
    },
    {
      path: 'server/deploy/kubernetes/components/nats/no-agents.conf',
      label: 'RAN',
      how: 'is what a new server writes, and nats-server starts with it',
    },
    {
      path: 'server/deploy/kubernetes/components/replicated/back-up-store.sh',
      label: 'RAN',
      how: 'dumps a real PostgreSQL, and the dump is restored',
    },
    { path: 'server/deploy/kubernetes/components/', label: 'VALIDATED', how: VALIDATED },
    {
      path: 'server/deploy/kubernetes/overlays/development/',
      label: 'RAN',
      how: 'podman runs its pod with the image of the server; the StatefulSet is validated',
    },
    { path: 'server/deploy/kubernetes/overlays/staging/', label: 'VALIDATED', how: VALIDATED },
    {
      path: 'server/deploy/kubernetes/overlays/production/',
      label: 'VALIDATED',
      how: `${VALIDATED}; the server reads its settings`,
    },
    {
      path: 'server/deploy/kubernetes/prometheus-adapter.yaml',
      label: 'VALIDATED',
      how: 'promtool reads its query, and servers have the metric',
    },
    {
      path: 'server/deploy/scripts/',
      label: 'RAN',
      how: 'with the real kubectl against an API fixture, which acts for controllers',
    },
  ],
  missing: () =>
    findMissing([
      ...CONTAINER_PROGRAMS,
      'initdb',
      'kubectl',
      'nats-server',
      'openssl',
      'pg_dump',
      'promtool',
      'shellcheck',
    ]),
  run: async ({ say, directory }) => {
    execFileSync('shellcheck', ['--external-sources', ...listScripts()], { stdio: 'pipe' });
    checkMetricRule(directory);
    await checkTheChecks();
    for (const name of OVERLAYS) {
      const objects = renderOverlay(name);
      refuse(name, await findProblemsOfOverlay(objects, name));
      readSettingsForReal(objects, directory);
      say(`  ${name}: ${objects.length} objects`);
    }
    refuse('examples/argocd', await findProblems(renderArgocdExample()));
    refuse('bootstrap', await findProblems(renderBootstrap()));
    readSettingsForReal(renderBootstrap(), directory);
    await reloadPermissions(directory);
    say('  nats-server cut a revoked agent off');
    await backUpStore(directory);
    await followScripts(directory);
    say('  the scripts ran against a fixture of the API, which is no cluster');
    const context = join(makeTestRelease().home, 'image');
    const [, base] = /^ARG NODE_IMAGE=(.*)$/m.exec(
      readFileSync(join(context, 'Dockerfile'), 'utf8'),
    );
    await startPod({ context, base, directory });
    say('  podman ran the pod of the overlay development');
  },
};

function listScripts() {
  const listed = [SCRIPTS, MANIFESTS].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  return listed.filter((file) => file.endsWith('.sh'));
}

function refuse(what, problems) {
  if (problems.length > 0) throw new Error(`${what}:\n  ${problems.join('\n  ')}`);
}

/** A check that finds nothing has to be able to find something. */
async function checkTheChecks() {
  const deployment = findObject(renderOverlay('production'), 'Deployment', 'novacron');
  const { template } = deployment.spec;
  const [server] = template.spec.containers;
  server.readinessProb = {};
  server.ports[0].containerPort = 'api';
  deployment.spec.selector = undefined;
  server.securityContext = {};
  template.spec.volumes.push({ name: 'host', hostPath: { path: '/' } });
  const found = [...(await findFaults(deployment)), ...findInsecure(template)].join('\n');
  for (const expected of [
    'unknown field "spec.template.spec.containers[0].readinessProb"',
    'containers[0].ports[0].containerPort: is not of type number',
    'must have required property selector',
    'allowPrivilegeEscalation has to be false',
    'capabilities have to drop ALL',
    'host is a volume of a kind that is not allowed',
  ]) {
    if (!found.includes(expected)) throw new Error(`not found: ${expected}`);
  }
}
