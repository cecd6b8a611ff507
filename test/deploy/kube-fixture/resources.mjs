/** The resources that the fixture serves, and its answers about them. */

const ROWS = [
  ['', 'v1', 'Namespace', 'namespaces', { isNamespaced: false }],
  ['', 'v1', 'ConfigMap', 'configmaps'],
  ['', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['', 'v1', 'Secret', 'secrets'],
  ['', 'v1', 'Service', 'services'],
  ['', 'v1', 'ServiceAccount', 'serviceaccounts'],
  ['apps', 'v1', 'ControllerRevision', 'controllerrevisions'],
  ['apps', 'v1', 'Deployment', 'deployments'],
  ['apps', 'v1', 'ReplicaSet', 'replicasets'],
  ['apps', 'v1', 'StatefulSet', 'statefulsets'],
  ['autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'],
  ['batch', 'v1', 'CronJob', 'cronjobs'],
  ['batch', 'v1', 'Job', 'jobs'],
  ['cert-manager.io', 'v1', 'Certificate', 'certificates'],
  ['external-secrets.io', 'v1', 'ExternalSecret', 'externalsecrets'],
  ['monitoring.coreos.com', 'v1', 'ServiceMonitor', 'servicemonitors'],
  ['networking.k8s.io', 'v1', 'Ingress', 'ingresses'],
  ['networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies'],
  ['policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets'],
  ['rbac.authorization.k8s.io', 'v1', 'Role', 'roles'],
];

const RESOURCES = ROWS.map(([group, version, kind, plural, { isNamespaced = true } = {}]) => {
  const groupVersion = group === '' ? version : `${group}/${version}`;
  const home = group === '' ? `/api/${version}` : `/apis/${groupVersion}`;
  return { group, version, groupVersion, home, kind, plural, isNamespaced };
});

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** @returns {object | undefined} what a path names: `{ resource, namespace, name }` */
export function readPath(path) {
  const resource = RESOURCES.find(({ home, plural }) =>
    new RegExp(`^${home}/(namespaces/[^/]+/)?${plural}(/[^/]+)?$`).test(path),
  );
  if (resource === undefined) return undefined;
  const words = path.slice(resource.home.length + 1).split('/');
  const isInside = words[0] === 'namespaces' && resource.isNamespaced;
  const [namespace, , name] = isInside ? words.slice(1) : ['', ...words];
  return { resource, namespace, name };
}

/** @returns {object | undefined} the answer to a request for what the API has */
export function describeApi(path) {
  if (path === '/version') return { major: '1', minor: '32', gitVersion: 'v1.32.0-fixture' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: listGroups() };
  if (path === '/openapi/v3') return { paths: Object.fromEntries(listHomes().map(indexDocument)) };
  const home = path.replace(/^\/openapi\/v3/, '');
  const resources = RESOURCES.filter((each) => each.home === home);
  if (resources.length === 0) return undefined;
  return home === path ? describeResources(resources) : describeOperations(resources);
}

function listHomes() {
  return [...new Set(RESOURCES.map(({ home }) => home))];
}

function listGroups() {
  const groups = new Map(RESOURCES.map(({ group, version }) => [group, version]));
  groups.delete('');
  return [...groups].map(([name, version]) => {
    const preferredVersion = { groupVersion: `${name}/${version}`, version };
    return { name, versions: [preferredVersion], preferredVersion };
  });
}

function indexDocument(home) {
  return [home.slice(1), { serverRelativeURL: `/openapi/v3${home}` }];
}

function describeResources(resources) {
  const [{ groupVersion }] = resources;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.map(({ plural, kind, isNamespaced }) => {
      const singularName = kind.toLowerCase();
      return { name: plural, singularName, namespaced: isNamespaced, kind, verbs: VERBS };
    }),
  };
}

/** With this, kubectl leaves validation to the server. */
function describeOperations(resources) {
  const parameters = [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }];
  const paths = resources.map(({ home, plural, group, version, kind }) => {
    const patch = { parameters, 'x-kubernetes-group-version-kind': { group, version, kind } };
    return [`${home}/namespaces/{namespace}/${plural}/{name}`, { patch }];
  });
  return {
    openapi: '3.0.0',
    info: { title: 'fixture', version: '1' },
    paths: Object.fromEntries(paths),
  };
}
