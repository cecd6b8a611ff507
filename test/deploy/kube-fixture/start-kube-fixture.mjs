/**
 * An API that the real kubectl talks to. It is a fixture: it validates objects strictly and acts
 * for some controllers (`controllers.mjs`); it has no admission, authorization, scheduling or
 * network, and runs nothing.
 */
import { createServer } from 'node:http';
import { parse } from 'yaml';
import { findFaults } from '../kubernetes/find-faults.mjs';
import { control } from './controllers.mjs';
import { createStore } from './create-store.mjs';
import { applyJsonPatch, mergeApplied, mergePatch } from './patches.mjs';
import { describeApi, readPath } from './resources.mjs';

/**
 * @returns {Promise<object>} `url`, `store` with the objects, `requests` as roles name them, and
 *   `close`
 */
export async function startKubeFixture() {
  const store = createStore();
  const applied = new Map();
  const requests = [];
  const server = createServer(async (request, response) => {
    const answer = (code, body) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    try {
      const url = new URL(request.url, 'http://fixture');
      const about = describeApi(url.pathname);
      if (about !== undefined) return answer(200, about);
      const place = readPath(url.pathname);
      if (place === undefined) throw refusal(404, 'NotFound', 'no such path');
      if (typeOf(request).endsWith('protobuf')) {
        throw refusal(415, 'UnsupportedMediaType', 'the fixture reads no protobuf');
      }
      const body = await readBody(request);
      const asked = { ...place, url, body, method: request.method, type: typeOf(request) };
      const verb = verbOf(asked);
      requests.push({ verb, ...place });
      if (verb === 'watch') return watch(store, asked, response);
      return answer(verb === 'create' ? 201 : 200, await act(verb, { store, applied, ...asked }));
    } catch (cause) {
      return answer(cause.code ?? 500, statusOf(cause));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    store,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const typeOf = ({ headers }) => (headers['content-type'] ?? '').split(';')[0];

function verbOf({ method, name, url }) {
  if (method !== 'GET') return { POST: 'create', PATCH: 'patch', DELETE: 'delete' }[method];
  if (name !== undefined) return 'get';
  return url.searchParams.has('watch') ? 'watch' : 'list';
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 0 ? undefined : parse(Buffer.concat(chunks).toString());
}

async function act(verb, asked) {
  const { store, resource, namespace, name } = asked;
  if (verb === 'list') return listObjects(asked);
  const found = store.find(resource.kind, namespace, name);
  if (verb === 'create') return write(asked, asked.body);
  const isApply = asked.type === 'application/apply-patch+yaml';
  if (found === undefined && !isApply) {
    throw refusal(404, 'NotFound', `${resource.plural} "${name}" not found`);
  }
  if (verb === 'get') return found;
  if (verb === 'delete') {
    if (!isDryRun(asked)) store.remove(found);
    return found;
  }
  return write(asked, patched(asked, found));
}

function listObjects({ store, resource, namespace, url }) {
  const items = store.list(resource.kind, namespace).filter(selects(url));
  const metadata = { resourceVersion: store.version() };
  return { kind: `${resource.kind}List`, apiVersion: resource.groupVersion, metadata, items };
}

/** @returns {(object: object) => boolean} whether the selectors of a request mean the object */
function selects(url) {
  const labels = (url.searchParams.get('labelSelector') ?? '').split(',').filter(Boolean);
  const name = /metadata\.name=([^,]+)/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
  return ({ metadata }) => {
    if (name !== undefined && metadata.name !== name) return false;
    return labels.every((text) => {
      const [key, value] = text.split(/!?==?/);
      return (metadata.labels?.[key] === value) !== text.includes('!=');
    });
  };
}

function watch(store, { resource, namespace, url }, response) {
  const isSelected = selects(url);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const stop = store.watch({
    watches: (object) =>
      object.kind === resource.kind &&
      (namespace === '' || object.metadata.namespace === namespace) &&
      isSelected(object),
    write: (event) => response.write(`${JSON.stringify(event)}\n`),
  });
  response.on('close', stop);
}

function patched({ type, body, applied, url, resource, namespace, name }, found) {
  if (type === 'application/json-patch+json') return applyJsonPatch(found, body);
  if (type !== 'application/apply-patch+yaml') return mergePatch(found, body);
  const manager = url.searchParams.get('fieldManager');
  const key = [manager, resource.kind, namespace, name].join('/');
  const before = applied.get(key);
  if (!url.searchParams.has('dryRun')) applied.set(key, body);
  return mergeApplied(structuredClone(found) ?? {}, before, body);
}

const isDryRun = ({ url }) => url.searchParams.has('dryRun');

async function write(asked, object) {
  const { store, resource, namespace } = asked;
  if (resource.isNamespaced && store.find('Namespace', '', namespace) === undefined) {
    throw refusal(404, 'NotFound', `namespaces "${namespace}" not found`);
  }
  if (resource.isNamespaced) object.metadata.namespace = namespace;
  if (asked.url.searchParams.get('fieldValidation') === 'Strict') {
    const { status: _status, ...written } = object;
    const faults = await findFaults(written);
    if (faults.length > 0) {
      throw refusal(400, 'BadRequest', `strict decoding error: ${faults.join(', ')}`);
    }
  }
  if (isDryRun(asked)) return object;
  const stored = store.put(object);
  control(store, stored);
  return stored;
}

function refusal(code, reason, message) {
  return Object.assign(new Error(message), { code, reason });
}

function statusOf({ code = 500, reason = 'InternalError', message }) {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}
