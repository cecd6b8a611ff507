/** What `kubectl kustomize` makes of an overlay. */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const KUBERNETES = resolve(import.meta.dirname, '../../../server/deploy/kubernetes');

export const OVERLAYS = ['development', 'staging', 'production'];

/** @returns {readonly object[]} the objects of an overlay */
export function renderOverlay(name) {
  return render(join(KUBERNETES, 'overlays', name));
}

/** @returns {readonly object[]} the objects of a cluster's first minutes */
export function renderBootstrap() {
  return render(join(KUBERNETES, 'bootstrap'));
}

/** @returns {readonly object[]} the objects of the example for Argo CD */
export function renderArgocdExample() {
  return render(resolve(import.meta.dirname, '../../../examples/argocd'));
}

function render(folder) {
  const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS());
}

/** @returns {object} the only object of that kind and name */
export function findObject(objects, kind, name) {
  const found = objects.filter((each) => each.kind === kind && each.metadata.name === name);
  if (found.length === 1) return found[0];
  throw new Error(`there are ${found.length} objects ${kind}/${name}`);
}

/** @returns {readonly { name: string, template: object }[]} the templates of an overlay's pods */
export function listPodTemplates(objects) {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const templates = { CronJob: spec?.jobTemplate?.spec.template, Pod: { metadata, spec } };
    const template = templates[kind] ?? spec?.template;
    return template === undefined ? [] : [{ name: `${kind}/${metadata.name}`, template }];
  });
}

/** @returns {object} the file of settings, in the map that it is mounted from */
export function findSettings(objects) {
  const map = objects.find(
    ({ kind, data }) => kind === 'ConfigMap' && data['config.yaml'] !== undefined,
  );
  return map.data;
}

/** @returns {string} the settings of the server */
export function readSettings(objects) {
  return findSettings(objects)['config.yaml'];
}
