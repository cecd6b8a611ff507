/** The objects of the fixture, and those who watch them. */
import { randomUUID } from 'node:crypto';

/** @returns the store; objects in it are changed in place, by one request at a time */
export function createStore() {
  const objects = new Map();
  const watchers = new Set();
  let version = 0;
  const keyOf = ({ kind, metadata }) => [kind, metadata.namespace ?? '', metadata.name].join('/');
  const send = (type, object) => {
    for (const { watches, write } of watchers) if (watches(object)) write({ type, object });
  };
  return {
    find: (kind, namespace, name) => objects.get([kind, namespace ?? '', name].join('/')),
    all: () => [...objects.values()],
    list: (kind, namespace = '') =>
      [...objects.values()].filter(
        (each) => each.kind === kind && (namespace === '' || each.metadata.namespace === namespace),
      ),
    /** Stores an object that is new, or in place of the one with its name. */
    put: (object) => {
      const before = objects.get(keyOf(object));
      const isChanged = JSON.stringify(before?.spec) !== JSON.stringify(object.spec);
      const { metadata = {} } = before ?? {};
      object.metadata.uid = metadata.uid ?? randomUUID();
      object.metadata.creationTimestamp = metadata.creationTimestamp ?? new Date().toISOString();
      object.metadata.generation = (metadata.generation ?? 0) + (isChanged ? 1 : 0);
      objects.set(keyOf(object), object);
      version += 1;
      object.metadata.resourceVersion = String(version);
      return object;
    },
    /** Sends an object to those who watch it. */
    announce: (object) => {
      version += 1;
      object.metadata.resourceVersion = String(version);
      send('MODIFIED', object);
    },
    /** Removes an object with what it owns, a namespace with what is in it. */
    remove: (object) => {
      objects.delete(keyOf(object));
      for (const each of [...objects.values()]) {
        const owners = each.metadata.ownerReferences ?? [];
        const isOwned = owners.some(({ uid }) => uid === object.metadata.uid);
        const isInside =
          object.kind === 'Namespace' && each.metadata.namespace === object.metadata.name;
        if (isOwned || isInside) objects.delete(keyOf(each));
      }
      send('DELETED', object);
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    version: () => String(version),
  };
}
