/**
 * What controllers of a cluster would do at once: revisions and states. A pod whose image is tagged
 * `broken` never becomes ready.
 */
import { createHash } from 'node:crypto';

const REVISION = 'deployment.kubernetes.io/revision';

/** Brings the state up to date after a change of an object. */
export function control(store, object) {
  const controllers = {
    Deployment: controlDeployment,
    StatefulSet: controlStatefulSet,
    Job: (_store, job) => setCondition(job, 'Complete'),
    Certificate: (_store, certificate) => setCondition(certificate, 'Ready'),
    ExternalSecret: (_store, secret) => setCondition(secret, 'Ready'),
    HorizontalPodAutoscaler: (_store, { metadata, spec }) => {
      const target = store.find('Deployment', metadata.namespace, spec.scaleTargetRef.name);
      if (target !== undefined) control(store, target);
    },
  };
  controllers[object.kind]?.(store, object);
  store.announce(object);
}

function setCondition(object, type) {
  object.status = { conditions: [{ type, status: 'True' }] };
}

function controlDeployment(store, deployment) {
  const { metadata, spec } = deployment;
  const scaling = store
    .list('HorizontalPodAutoscaler', metadata.namespace)
    .find((each) => each.spec.scaleTargetRef.name === metadata.name);
  const replicas = Math.max(spec.replicas ?? 1, scaling?.spec.minReplicas ?? 1);
  spec.replicas = replicas;
  const sets = store.list('ReplicaSet', metadata.namespace).filter((set) => owns(deployment, set));
  const current = findOrMakeSet(store, deployment, sets);
  metadata.annotations = { ...metadata.annotations, [REVISION]: revisionOf(current) };
  const isBroken = hasBrokenImage(spec.template);
  const others = sets.filter((set) => set !== current && set.spec.replicas > 0);
  // A broken rollout stops with its first pod, beside those of the revision before.
  const keeps = isBroken && others.length > 0;
  for (const set of others) if (!keeps) set.spec.replicas = 0;
  current.spec.replicas = keeps ? 1 : replicas;
  const ready = isBroken ? (keeps ? replicas : 0) : replicas;
  const reason = isBroken ? 'ProgressDeadlineExceeded' : 'NewReplicaSetAvailable';
  deployment.status = {
    observedGeneration: metadata.generation,
    replicas: keeps ? replicas + 1 : replicas,
    updatedReplicas: current.spec.replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    conditions: [{ type: 'Progressing', status: isBroken ? 'False' : 'True', reason }],
  };
}

function findOrMakeSet(store, deployment, sets) {
  const { metadata, spec } = deployment;
  const hash = hashOf(spec.template);
  const latest = Math.max(0, ...sets.map((set) => Number(revisionOf(set))));
  const found = sets.find(({ metadata: { name } }) => name === `${metadata.name}-${hash}`);
  if (found !== undefined) {
    const isLatest = Number(revisionOf(found)) === latest;
    if (!isLatest) found.metadata.annotations[REVISION] = String(latest + 1);
    return found;
  }
  const template = structuredClone(spec.template);
  template.metadata.labels['pod-template-hash'] = hash;
  return store.put({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...childOf(deployment, `${metadata.name}-${hash}`),
      labels: template.metadata.labels,
      annotations: { [REVISION]: String(latest + 1) },
    },
    spec: { replicas: 0, selector: spec.selector, template },
  });
}

function controlStatefulSet(store, set) {
  const { metadata, spec } = set;
  // kubectl reads this default of the API server.
  spec.updateStrategy ??= { type: 'RollingUpdate' };
  const revision = `${metadata.name}-${hashOf(spec.template)}`;
  const all = store
    .list('ControllerRevision', metadata.namespace)
    .filter((each) => owns(set, each));
  const latest = Math.max(0, ...all.map((each) => each.revision));
  const found = all.find((each) => each.metadata.name === revision);
  if (found === undefined) {
    store.put({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { ...childOf(set, revision), labels: spec.template.metadata.labels },
      data: { spec: { template: { ...structuredClone(spec.template), $patch: 'replace' } } },
      revision: latest + 1,
    });
  } else if (found.revision < latest) {
    found.revision = latest + 1;
  }
  const ready = hasBrokenImage(spec.template) ? 0 : spec.replicas;
  set.status = {
    observedGeneration: metadata.generation,
    replicas: spec.replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: spec.replicas,
    currentRevision: revision,
    updateRevision: revision,
  };
}

function hasBrokenImage(template) {
  return template.spec.containers.some(({ image }) => image.endsWith(':broken'));
}

function childOf({ apiVersion, kind, metadata }, name) {
  const { namespace, uid } = metadata;
  const owner = { apiVersion, kind, name: metadata.name, uid, controller: true };
  return { name, namespace, ownerReferences: [owner] };
}

function owns(owner, { metadata: { ownerReferences = [] } }) {
  return ownerReferences.some(({ uid }) => uid === owner.metadata.uid);
}

function revisionOf({ metadata }) {
  return metadata.annotations[REVISION];
}

function hashOf(template) {
  const labels = { ...template.metadata.labels };
  delete labels['pod-template-hash'];
  const text = JSON.stringify({ labels, spec: template.spec });
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
