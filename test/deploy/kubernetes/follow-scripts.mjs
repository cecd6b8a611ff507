/** Runs the scripts with the real kubectl against the fixture. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runProcess } from '../../demo/processes.mjs';
import { startKubeFixture } from '../kube-fixture/start-kube-fixture.mjs';
import { findObject, KUBERNETES, renderOverlay } from './render-overlay.mjs';

const DEPLOY = resolve(KUBERNETES, '..');

/**
 * Deploys, upgrades, fails to upgrade and cleans up each overlay. Throws where a script does not do
 * what it says, or asks for more than the role `novacron-deployer` allows.
 */
export async function followScripts(directory) {
  const copy = join(directory, 'deploy');
  cpSync(DEPLOY, copy, { recursive: true });
  for (const overlay of ['production', 'development']) await followOverlay(overlay, copy);
  await refuseMistakes(copy);
}

async function followOverlay(overlay, home) {
  const cluster = await startCluster(overlay, home);
  const { run, images } = cluster;
  try {
    await run('deploy.sh', ['--image', 'novacron/server:1', '--yes'], { code: 1, says: /secrets/ });
    setUp(cluster, overlay);
    await run('deploy.sh', ['--image', 'novacron/server:1', '--yes'], { says: /deployed/ });
    expect('the first deployment', images(), ['novacron/server:1']);
    await run('deploy.sh', ['--image', 'novacron/server:2', '--yes'], { says: /deployed/ });
    expect('the upgrade', images(), ['novacron/server:2']);
    const broken = ['--image', 'novacron/server:broken', '--timeout', '2s', '--yes'];
    await run('deploy.sh', broken, { code: 1, says: /the revision before it runs again/ });
    expect('the rollback after a failed upgrade', images(), ['novacron/server:2']);
    await run('deploy.sh', ['--image', 'novacron/server:3', '--yes'], { says: /deployed/ });
    await run('rollback.sh', ['--yes'], { says: /rollout of/ });
    expect('the rollback', images(), ['novacron/server:2']);
    await run('verify.sh', [], {});
    cluster.expectBackups(overlay === 'development' ? 0 : 3);
    await run('cleanup.sh', [], { code: 1, says: /needs a confirmation/ });
    await run('cleanup.sh', ['--yes'], {});
    cluster.expectAllowed(overlay);
    expect('what a cleanup leaves', cluster.kinds(), cluster.retained(overlay));
    await run('deploy.sh', ['--image', 'novacron/server:2', '--yes'], { says: /deployed/ });
    await run('cleanup.sh', ['--delete-data', '--yes'], {});
    expect('what a cleanup with its data leaves', cluster.kinds(), []);
  } finally {
    cluster.close();
  }
}

async function startCluster(overlay, home) {
  const { url, store, requests, close } = await startKubeFixture();
  const kubeconfig = join(home, `${overlay}.kubeconfig`);
  writeFileSync(kubeconfig, describeCluster(url));
  const namespace = renderOverlay(overlay).find(({ kind }) => kind === 'Namespace').metadata.name;
  const isOf = (kinds) => store.all().filter(({ kind }) => kinds.includes(kind));
  return {
    store,
    namespace,
    close,
    run: (script, flags, expected) =>
      runScript([join(home, 'scripts', script), overlay, ...flags], kubeconfig, expected),
    images: () => [
      ...new Set(
        isOf(['Deployment', 'StatefulSet'])
          .flatMap(({ spec }) => spec.template.spec.containers.map(({ image }) => image))
          .filter((image) => image.startsWith('novacron/')),
      ),
    ],
    kinds: () => [...new Set(store.all().map(({ kind }) => kind))].sort(),
    retained: (name) => {
      const kept = renderOverlay(name).filter(({ metadata }) =>
        Object.keys(metadata.labels).some((label) => /^novacron.dev\/(setup|retain)$/.test(label)),
      );
      return [...new Set([...kept.map(({ kind }) => kind), 'Secret'])].sort();
    },
    expectBackups: (count) => expect('backups', isOf(['Job']).length, count),
    expectAllowed: (name) => expectAllowed(requests, name),
  };
}

function describeCluster(url) {
  const cluster = { name: 'fixture', cluster: { server: url } };
  const context = { name: 'fixture', context: { cluster: 'fixture', user: 'deployer' } };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    users: [{ name: 'deployer', user: {} }],
    contexts: [context],
    'current-context': 'fixture',
  });
}

/** What someone with more rights does before the first deployment. */
function setUp({ store, namespace }, overlay) {
  const file = join(KUBERNETES, 'overlays', overlay, 'required-secrets');
  store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  store.put(findObject(renderOverlay(overlay), 'Role', 'novacron-deployer'));
  for (const name of readFileSync(file, 'utf8').trim().split('\n')) {
    store.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  }
}

function expectAllowed(requests, overlay) {
  const { rules } = findObject(renderOverlay(overlay), 'Role', 'novacron-deployer');
  // kubectl asks for the namespace of an object that is missing, and ignores a refusal.
  const own = requests.filter(({ resource }) => resource.kind !== 'Namespace');
  const refused = own.filter(
    ({ verb, resource, name }) =>
      !rules.some(
        (rule) =>
          rule.apiGroups.includes(resource.group) &&
          rule.resources.includes(resource.plural) &&
          rule.verbs.includes(verb) &&
          (rule.resourceNames === undefined || rule.resourceNames.includes(name)),
      ),
  );
  const texts = refused.map(({ verb, resource, name }) => `${verb} ${resource.plural} ${name}`);
  expect('requests beyond the role', [...new Set(texts)], []);
}

async function refuseMistakes(home) {
  const cluster = await startCluster('production', home);
  try {
    setUp(cluster, 'production');
    const deploy = (flags, expected) => cluster.run('deploy.sh', flags, expected);
    await deploy([], { code: 2, says: /name the image/ });
    await deploy(['--image', 'novacron/server:latest'], { code: 2, says: /changes under you/ });
    await deploy(['--image', 'novacron/server'], { code: 2, says: /no version/ });
    await deploy(['--image', 'novacron/server:1'], { code: 1, says: /needs a confirmation/ });
    await deploy(['--image', 'a:1', '--force'], { code: 2, says: /no flag --force/ });
    await deploy(['--image', 'a:1', '--context', 'other'], { code: 1, says: /has no secrets/ });
    expect('what the mistakes made', cluster.kinds(), ['Namespace', 'Role', 'Secret']);
    const file = join(home, 'kubernetes/components/replicated/deployment.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('readinessProbe', 'readinessProb'));
    const refused = { code: 1, says: /unknown field.*readinessProb".*refuses the manifests/s };
    await deploy(['--image', 'novacron/server:1', '--yes'], refused);
    for (const script of readdirSync(join(home, 'scripts'))) {
      if (script !== 'common.sh') await cluster.run(script, ['--help'], { says: /OVERLAY/ });
    }
  } finally {
    cluster.close();
  }
}

async function runScript(words, kubeconfig, { code = 0, says = /^/ }) {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { exitCode, output } = await runProcess('bash', words, { env });
  if (exitCode === code && says.test(output)) return;
  throw new Error(`${words.join(' ')} ended with ${exitCode} instead of ${code}:\n${output}`);
}

function expect(what, found, wanted) {
  const [is, should] = [found, wanted].map((value) => JSON.stringify(value));
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`);
}
