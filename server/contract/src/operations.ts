/**
 * The operations table. One row is one thing that NovaCron can be asked to do; REST, JSON-RPC, the
 * OpenAPI document, the typed client, the reference and the checks that they agree come out of it.
 */
import { z } from 'zod';
import { AdmissionPreview, AdmissionPreviewInput, AdmissionWarning } from './admission.ts';
import { AuditEntry } from './audit.ts';
import { ExplainedDriftRecord } from './drift.ts';
import { Event } from './event.ts';
import { ResourceKind } from './field.ts';
import { ApiKey, Role } from './identity.ts';
import {
  ApiKeyId,
  NetworkId,
  NodeId,
  OperationId,
  PolicyId,
  TemplateId,
  VmId,
  VolumeId,
} from './ids.ts';
import { Network, NetworkCreate, NetworkUpdate } from './network.ts';
import { Node } from './node.ts';
import { Operation } from './operation.ts';
import { Policy, PolicyCreate, PolicyUpdate } from './policy.ts';
import type { ProblemCode } from './problem.ts';
import { ResourceName } from './resource.ts';
import { Template } from './template.ts';
import { Vm, VmCreate, VmUpdate } from './vm.ts';
import { Volume, VolumeCreate, VolumeUpdate } from './volume.ts';

/** One row of the table. */
export interface OperationRow {
  /** One sentence for the reference. */
  readonly summary: string;
  /**
   * `write` changes what others see: it is decided by policies and audited. `note` keeps something
   * about the caller's own progress. `read` changes nothing.
   */
  readonly effect: 'read' | 'write' | 'note';
  /** The least role that may call it. */
  readonly role: Role;
  readonly rest: {
    readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
    /** Below `/api/v2`; `{id}` stands for the input field of that name. */
    readonly path: string;
    readonly status: 200 | 201 | 202;
  };
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** Problems of its own, besides those that every operation can answer with. */
  readonly problems: readonly ProblemCode[];
  /** `key`: a repeat with the same `idempotency_key` answers again; `natural`: a repeat is harmless. */
  readonly idempotency: 'none' | 'key' | 'natural';
}

/** Problems that any operation can answer with. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'validation-failed',
  'unauthenticated',
  'forbidden',
  'payload-too-large',
  'unsupported-media-type',
  'unavailable',
  'internal',
];

const LIST_LIMIT_DEFAULT = 100;
/** A page of more would hold the event loop too long. */
export const LIST_LIMIT_MAX = 1000;

/** Longest that `operation.wait` holds an answer back. Unit: milliseconds. */
export const WAIT_MS_MAX = 30_000;

const IdempotencyKey = z.string().min(8).max(255);

// Descriptions come last: `optional` would hide them.
const ifRevision = z
  .int()
  .min(1)
  .optional()
  .describe('The write is refused unless the resource still has this revision (If-Match)');

const pageShape = {
  limit: z.int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT).describe('Page size'),
  cursor: z.string().max(255).optional().describe('next_cursor of the page before'),
};

function page<Item extends z.ZodType>(item: Item) {
  return z.looseObject({
    items: z.array(item),
    next_cursor: z.string().nullable().describe('null on the last page'),
  });
}

function written<Resource extends z.ZodType>(resource: Resource) {
  return z.looseObject({
    resource,
    operation: Operation,
    warnings: z.array(AdmissionWarning),
  });
}

const removed = z.looseObject({ operation: Operation, warnings: z.array(AdmissionWarning) });

const row = <const Row extends OperationRow>(values: Row): Row => values;

const create = { effect: 'write', role: 'operator', idempotency: 'key' } as const;
const change = { effect: 'write', role: 'operator', idempotency: 'natural' } as const;
const look = { effect: 'read', role: 'viewer', idempotency: 'natural' } as const;

const keyed = {
  idempotency_key: IdempotencyKey.optional().describe(
    'A repeat of the request with the same key answers again instead of acting again',
  ),
};
const named = { name: z.string().max(128).optional().describe('Only the one of this name') };

/** Every operation by name, grouped by noun. */
export const operations = {
  'vm.create': row({
    ...create,
    summary: 'Places a VM on a node, creates it there and starts it.',
    rest: { method: 'POST', path: '/vms', status: 202 },
    input: VmCreate.extend(keyed),
    output: written(Vm),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
    ],
  }),
  'vm.get': row({
    ...look,
    summary: 'Shows a VM.',
    rest: { method: 'GET', path: '/vms/{id}', status: 200 },
    input: z.strictObject({ id: VmId }),
    output: Vm,
    problems: ['not-found'],
  }),
  'vm.list': row({
    ...look,
    summary: 'Lists VMs in the order of their creation.',
    rest: { method: 'GET', path: '/vms', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Vm),
    problems: [],
  }),
  'vm.update': row({
    ...change,
    summary: 'Changes a VM, live where the hypervisor can, else with a restart.',
    rest: { method: 'PATCH', path: '/vms/{id}', status: 202 },
    input: VmUpdate.extend({ id: VmId, if_revision: ifRevision }),
    output: written(Vm),
    problems: [
      'not-found',
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'storage-full',
    ],
  }),
  'vm.delete': row({
    ...change,
    summary: 'Stops a VM and deletes it with its root disk; its volumes are detached and kept.',
    rest: { method: 'DELETE', path: '/vms/{id}', status: 202 },
    input: z.strictObject({ id: VmId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict'],
  }),
  'vm.migrate': row({
    ...change,
    summary: 'Moves a running VM to another node: the one named, or the best one.',
    rest: { method: 'POST', path: '/vms/{id}/migrate', status: 202 },
    input: z.strictObject({
      id: VmId,
      node: z.string().max(253).optional().describe('Name of the node to move to'),
    }),
    output: written(Vm),
    problems: ['not-found', 'no-capacity', 'reference-unknown', 'policy-denied', 'conflict'],
  }),
  'network.create': row({
    ...create,
    summary: 'Creates a network.',
    rest: { method: 'POST', path: '/networks', status: 201 },
    input: NetworkCreate.extend(keyed),
    output: written(Network),
    problems: [
      'name-taken',
      'network-overlap',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
    ],
  }),
  'network.get': row({
    ...look,
    summary: 'Shows a network.',
    rest: { method: 'GET', path: '/networks/{id}', status: 200 },
    input: z.strictObject({ id: NetworkId }),
    output: Network,
    problems: ['not-found'],
  }),
  'network.list': row({
    ...look,
    summary: 'Lists networks in the order of their creation.',
    rest: { method: 'GET', path: '/networks', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Network),
    problems: [],
  }),
  'network.update': row({
    ...change,
    summary: 'Changes the name or the DNS servers of a network.',
    rest: { method: 'PATCH', path: '/networks/{id}', status: 200 },
    input: NetworkUpdate.extend({ id: NetworkId, if_revision: ifRevision }),
    output: written(Network),
    problems: ['not-found', 'name-taken', 'in-use', 'policy-denied', 'revision-mismatch'],
  }),
  'network.delete': row({
    ...change,
    summary: 'Deletes a network that no VM is connected to.',
    rest: { method: 'DELETE', path: '/networks/{id}', status: 200 },
    input: z.strictObject({ id: NetworkId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch'],
  }),
  'volume.create': row({
    ...create,
    summary: 'Creates a volume in the pool of its class and attaches it where asked.',
    rest: { method: 'POST', path: '/volumes', status: 202 },
    input: VolumeCreate.extend(keyed),
    output: written(Volume),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
    ],
  }),
  'volume.get': row({
    ...look,
    summary: 'Shows a volume.',
    rest: { method: 'GET', path: '/volumes/{id}', status: 200 },
    input: z.strictObject({ id: VolumeId }),
    output: Volume,
    problems: ['not-found'],
  }),
  'volume.list': row({
    ...look,
    summary: 'Lists volumes in the order of their creation.',
    rest: { method: 'GET', path: '/volumes', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Volume),
    problems: [],
  }),
  'volume.update': row({
    ...change,
    summary: 'Renames, grows, attaches or detaches a volume.',
    rest: { method: 'PATCH', path: '/volumes/{id}', status: 202 },
    input: VolumeUpdate.extend({ id: VolumeId, if_revision: ifRevision }),
    output: written(Volume),
    problems: [
      'not-found',
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
    ],
  }),
  'volume.delete': row({
    ...change,
    summary: 'Detaches a volume and deletes it with its data.',
    rest: { method: 'DELETE', path: '/volumes/{id}', status: 202 },
    input: z.strictObject({ id: VolumeId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict'],
  }),
  'policy.create': row({
    ...create,
    role: 'admin',
    summary: 'Compiles a policy and, where enabled, lets it decide every later write.',
    rest: { method: 'POST', path: '/policies', status: 201 },
    input: PolicyCreate.extend(keyed),
    output: written(Policy),
    problems: ['name-taken', 'rule-invalid', 'policy-denied', 'idempotency-key-reused'],
  }),
  'policy.get': row({
    ...look,
    summary: 'Shows a policy.',
    rest: { method: 'GET', path: '/policies/{id}', status: 200 },
    input: z.strictObject({ id: PolicyId }),
    output: Policy,
    problems: ['not-found'],
  }),
  'policy.list': row({
    ...look,
    summary: 'Lists policies in the order of their creation.',
    rest: { method: 'GET', path: '/policies', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Policy),
    problems: [],
  }),
  'policy.update': row({
    ...change,
    role: 'admin',
    summary: 'Changes a policy; a new rule text is a new version.',
    rest: { method: 'PATCH', path: '/policies/{id}', status: 200 },
    input: PolicyUpdate.extend({ id: PolicyId, if_revision: ifRevision }),
    output: written(Policy),
    problems: ['not-found', 'name-taken', 'rule-invalid', 'policy-denied', 'revision-mismatch'],
  }),
  'policy.delete': row({
    ...change,
    role: 'admin',
    summary: 'Deletes a policy; it decides nothing from then on.',
    rest: { method: 'DELETE', path: '/policies/{id}', status: 200 },
    input: z.strictObject({ id: PolicyId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch'],
  }),
  'template.get': row({
    ...look,
    summary: 'Shows a template.',
    rest: { method: 'GET', path: '/templates/{id}', status: 200 },
    input: z.strictObject({ id: TemplateId }),
    output: Template,
    problems: ['not-found'],
  }),
  'template.list': row({
    ...look,
    summary: 'Lists templates in the order of their creation.',
    rest: { method: 'GET', path: '/templates', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Template),
    problems: [],
  }),
  'node.get': row({
    ...look,
    summary: 'Shows a node with its capacity and what of it is allocated.',
    rest: { method: 'GET', path: '/nodes/{id}', status: 200 },
    input: z.strictObject({ id: NodeId }),
    output: Node,
    problems: ['not-found'],
  }),
  'node.list': row({
    ...look,
    summary: 'Lists nodes in the order in which they joined.',
    rest: { method: 'GET', path: '/nodes', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Node),
    problems: [],
  }),
  'operation.get': row({
    ...look,
    summary: 'Shows an operation with its steps.',
    rest: { method: 'GET', path: '/operations/{id}', status: 200 },
    input: z.strictObject({ id: OperationId }),
    output: Operation,
    problems: ['not-found'],
  }),
  'operation.list': row({
    ...look,
    summary: 'Lists operations in the order in which they were asked for.',
    rest: { method: 'GET', path: '/operations', status: 200 },
    input: z.strictObject({
      ...pageShape,
      target_id: z.string().max(64).optional().describe('Only those of this resource'),
    }),
    output: page(Operation),
    problems: [],
  }),
  'operation.wait': row({
    ...look,
    summary: 'Answers when the operation has ended, or with its progress when the time is up.',
    rest: { method: 'GET', path: '/operations/{id}/wait', status: 200 },
    input: z.strictObject({
      id: OperationId,
      timeout_ms: z.int().min(0).max(WAIT_MS_MAX).default(WAIT_MS_MAX).describe('Unit: ms.'),
    }),
    output: Operation,
    problems: ['not-found'],
  }),
  'event.list': row({
    ...look,
    summary: 'Lists events by position.',
    rest: { method: 'GET', path: '/events', status: 200 },
    input: z.strictObject({
      after_position: z.int().min(0).default(0).describe('Only events behind this position'),
      limit: pageShape.limit,
    }),
    output: z.looseObject({ items: z.array(Event), last_position: z.int() }),
    problems: [],
  }),
  'drift.report': row({
    ...look,
    summary: 'Compares what Terraform last applied with what is, and names who changed it.',
    rest: { method: 'GET', path: '/drift', status: 200 },
    input: z.strictObject({
      resource_kind: ResourceKind.optional().describe('Only resources of this kind'),
      resource_id: z.string().max(64).optional().describe('Only this resource'),
      deployment: z.string().max(128).optional().describe('Only what this deployment applied'),
    }),
    output: z.looseObject({ items: z.array(ExplainedDriftRecord) }),
    problems: [],
  }),
  'admission.preview': row({
    ...look,
    summary: 'Tries a write without doing it: validation, capacity, placement and policies.',
    rest: { method: 'POST', path: '/admission/preview', status: 200 },
    input: AdmissionPreviewInput,
    output: AdmissionPreview,
    problems: [],
  }),
  'idempotency.confirm': row({
    effect: 'note',
    role: 'viewer',
    idempotency: 'natural',
    summary: 'Says that the answers to these creates arrived: their keys are free again.',
    rest: { method: 'POST', path: '/idempotency/confirm', status: 200 },
    input: z.strictObject({
      keys: z
        .array(IdempotencyKey)
        .min(1)
        .max(LIST_LIMIT_MAX)
        .describe('Keys of creates whose answers are kept in a state'),
    }),
    output: z.looseObject({ confirmed: z.int() }),
    problems: [],
  }),
  'audit.list': row({
    ...look,
    role: 'admin',
    summary: 'Lists what was written and refused, latest first.',
    rest: { method: 'GET', path: '/audit', status: 200 },
    input: z.strictObject({
      ...pageShape,
      resource_id: z.string().max(64).optional().describe('Only entries about this resource'),
    }),
    output: page(AuditEntry),
    problems: [],
  }),
  'identity.whoami': row({
    ...look,
    summary: 'Tells who the caller is and which NovaCron answers.',
    rest: { method: 'GET', path: '/identity', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({
      principal: z.string(),
      role: Role,
      tenant: z.string(),
      server_version: z.string(),
    }),
    problems: [],
  }),
  'api_key.create': row({
    effect: 'write',
    role: 'admin',
    idempotency: 'none',
    summary: 'Creates an API key; the secret is answered this once and kept only as a hash.',
    rest: { method: 'POST', path: '/api-keys', status: 201 },
    input: z.strictObject({
      name: ResourceName.describe('Name of the key, unique within the tenant'),
      role: Role.describe('What the key may do'),
      expires_in_hours: z.int().min(1).max(87_600).optional().describe('Unit: hours.'),
    }),
    output: z.looseObject({ resource: ApiKey, secret: z.string() }),
    problems: ['name-taken', 'policy-denied'],
  }),
  'api_key.list': row({
    ...look,
    role: 'admin',
    summary: 'Lists API keys, never their secrets.',
    rest: { method: 'GET', path: '/api-keys', status: 200 },
    input: z.strictObject(pageShape),
    output: page(ApiKey),
    problems: [],
  }),
  'api_key.delete': row({
    effect: 'write',
    role: 'admin',
    idempotency: 'natural',
    summary: 'Revokes an API key at once.',
    rest: { method: 'DELETE', path: '/api-keys/{id}', status: 200 },
    input: z.strictObject({ id: ApiKeyId }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied'],
  }),
} as const satisfies Record<string, OperationRow>;

/** The whole table's type. */
export type Operations = typeof operations;

/** Names an operation. */
export type OperationName = keyof Operations;

/** What a caller sends to an operation. */
export type InputOf<Name extends OperationName> = z.input<Operations[Name]['input']>;

/** What an operation's handler gets: the input with its defaults. */
export type ParsedInputOf<Name extends OperationName> = z.output<Operations[Name]['input']>;

/** What an operation answers. */
export type OutputOf<Name extends OperationName> = z.output<Operations[Name]['output']>;

/** All names, in the table's order. */
export function operationNames(): OperationName[] {
  // Object.keys forgets the keys' type; the table is closed, so they are just these.
  return Object.keys(operations) as OperationName[];
}

/** Whether a text names an operation. */
export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** The row of a name, as the plain interface. */
export function operationRow(name: OperationName): OperationRow {
  return operations[name];
}
