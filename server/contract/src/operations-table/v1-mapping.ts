/**
 * The frozen surface `/api/v1`: VMs, networks and storage, and what each of its requests and fields
 * is called today. It is written out rather than derived: what is added to v2 stays out of it, and
 * what is renamed in v2 is renamed on the right side here, never on the left.
 */
import type { OperationName } from './operations.ts';

/** Prefix of all v1 paths. */
export const V1_PREFIX = '/api/v1';

/** The day from which v1 is deprecated (RFC 9745). Unit: seconds since the Unix epoch. */
export const V1_DEPRECATED_AT_S = 1_767_225_600;

/** Field names of v1, each with what v2 calls it. */
export type V1Fields = Readonly<Record<string, string>>;

/** Shape of a v1 answer. */
export type V1Answer = 'resource' | 'page' | 'written' | 'removed';

/** One request of v1. */
export interface V1Row {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly status: 200 | 201;
  readonly operation: OperationName;
  /** Fields of the body; path and headers are separate. */
  readonly request: V1Fields;
  readonly answer: V1Answer;
  /** The fields of the resource in the answer. */
  readonly resource: V1Fields;
}

const WHEN = { created_at: 'created_at', updated_at: 'updated_at' };
const PAGE = { limit: 'limit', cursor: 'cursor', name: 'name' };

const VM_REQUEST = {
  name: 'name',
  cpu_cores: 'cpu_cores',
  memory_gb: 'memory_gb',
  disk_gb: 'disk_gb',
  network_id: 'network_id',
  template_id: 'template_id',
  metadata: 'metadata',
};
const VM = { id: 'id', ...VM_REQUEST, node: 'node', status: 'status', ...WHEN };

const NETWORK_REQUEST = { name: 'name', cidr: 'cidr', dns_servers: 'dns_servers' };
const NETWORK = { id: 'id', ...NETWORK_REQUEST, ...WHEN };

const STORAGE_REQUEST = {
  name: 'name',
  size_gb: 'size_gb',
  type: 'type',
  attached_to: 'attached_to',
};
const STORAGE = { id: 'id', ...STORAGE_REQUEST, status: 'status', ...WHEN };

/** Everything that v1 can be asked, in the order of its page. */
export const V1_ROWS: readonly V1Row[] = [
  ...crud('vm', '/vms', {
    create: VM_REQUEST,
    update: VM_REQUEST,
    resource: VM,
  }),
  ...crud('network', '/networks', {
    create: NETWORK_REQUEST,
    update: { name: 'name', dns_servers: 'dns_servers' },
    resource: NETWORK,
  }),
  ...crud('volume', '/storage', {
    create: STORAGE_REQUEST,
    update: { name: 'name', size_gb: 'size_gb', attached_to: 'attached_to' },
    resource: STORAGE,
  }),
];

interface Shapes {
  readonly create: V1Fields;
  readonly update: V1Fields;
  readonly resource: V1Fields;
}

/** The five requests that v1 has for each of its three nouns. */
function crud(noun: 'vm' | 'network' | 'volume', path: string, shapes: Shapes): V1Row[] {
  const { resource, create, update } = shapes;
  const item = `${path}/{id}`;
  const rows: readonly Omit<V1Row, 'resource'>[] = [
    { ...made('POST', 201), path, operation: `${noun}.create`, request: create, answer: 'written' },
    { ...made('GET'), path, operation: `${noun}.list`, request: PAGE, answer: 'page' },
    { ...made('GET'), path: item, operation: `${noun}.get`, request: {}, answer: 'resource' },
    {
      ...made('PATCH'),
      path: item,
      operation: `${noun}.update`,
      request: update,
      answer: 'written',
    },
    { ...made('DELETE'), path: item, operation: `${noun}.delete`, request: {}, answer: 'removed' },
  ];
  return rows.map((row) => ({ ...row, resource }));
}

function made(
  method: V1Row['method'],
  status: V1Row['status'] = 200,
): Pick<V1Row, 'method' | 'status'> {
  return { method, status };
}
