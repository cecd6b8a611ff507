/** A server in words: what it answers about one network. */
import { CONTRACT_LEVEL } from '@novacron/contract/contract-level';
import { type Problem, toProblemDocument } from '@novacron/contract/problem/problem';
import type { SeenCall } from './start-rpc-server.ts';

/** The type that tests of the provider live on, with one resource of it. */
export const TYPE = 'novacron_network';
/** Its id. */
export const NET = 'net_00000000000000000000000001';
/** Its configuration. */
export const CONFIG = { name: 'n', cidr: '10.0.0.0/16', dns_servers: ['8.8.8.8'] };

const STAMPS = {
  tenant_id: 'tnt_00000000000000000000000001',
  revision: 1,
  schema_version: 1,
  desired_revision: '0123456789abcdef',
  created_at: '2025-01-01T00:00:00.000Z',
  created_by: 'admin',
  updated_at: '2025-01-01T00:00:00.000Z',
  updated_by: 'admin',
};

/** That resource as the server answers it. */
export const NETWORK = { id: NET, ...STAMPS, ...CONFIG, vm_count: 0 };
/** The same as Terraform keeps it. */
export const STATE = {
  id: NET,
  ...CONFIG,
  address_class: null,
  metadata: null,
  metadata_all: null,
  deletion_protection: false,
  timeouts: null,
};

/** An operation about it. */
export const operation = (status: string, more: object = {}) => ({
  id: 'op_00000000000000000000000001',
  tenant_id: STAMPS.tenant_id,
  kind: 'network.create',
  target_kind: 'network',
  target_id: NET,
  target_name: 'n',
  status,
  progress_percent: 0,
  steps: [],
  problem: null,
  created_at: STAMPS.created_at,
  created_by: 'admin',
  finished_at: null,
  ...more,
});

/** Answer of a preview without findings. */
export const ALLOWED = { problems: [], warnings: [], deferred: [], placement: null };

/** Answers by operation. */
export type Answers = Record<string, (params: SeenCall['params']) => unknown>;

/** Returns answers of a server that accepts everything. */
export const agreeable = (): Answers => ({
  'identity.whoami': () => ({
    principal: 'a',
    role: 'admin',
    tenant: 't',
    features: [],
    operations: [],
    server_version: '1',
    contract_level: CONTRACT_LEVEL,
  }),
  'admission.preview': () => ALLOWED,
  'network.create': () => ({ resource: NETWORK, operation: operation('running'), warnings: [] }),
  'network.update': () => ({ resource: NETWORK, operation: operation('running'), warnings: [] }),
  'network.delete': () => ({ operation: operation('running'), warnings: [] }),
  'network.get': () => NETWORK,
  'network.list': () => ({ items: [NETWORK], next_cursor: null }),
  'operation.wait': () => operation('succeeded'),
  'idempotency.list': () => ({ items: [], next_cursor: null }),
  'idempotency.confirm': () => ({ confirmed: 1 }),
  'idempotency.deliver': ({ keys }) => ({ delivered: (keys as readonly string[]).length }),
  'idempotency.renew': ({ keys }) => ({ renewed: (keys as readonly string[]).length }),
  'drift.report': () => ({ items: [] }),
});

/** Answers a call; what the answer throws is the problem that refuses it. */
export function answerCall(answers: Answers, { id, method, params }: SeenCall): object {
  try {
    return { id, result: answers[method]?.(params) };
  } catch (found) {
    const data = toProblemDocument(found as Problem);
    return { id, error: { code: 1, message: 'refused', data } };
  }
}
