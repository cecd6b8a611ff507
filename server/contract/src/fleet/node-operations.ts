/** The rows of the operations table about NovaCron itself: fleet, operations, records and keys. */
import { z } from 'zod';
import { ApiKey, RoleName } from '../access/identity.ts';
import {
  AdmissionPreview,
  AdmissionPreviewInput,
  AdmissionWarning,
} from '../admission/admission.ts';
import { AuditEntry } from '../audit/audit.ts';
import { CONTRACT_LEVEL_UNTOLD } from '../contract-level.ts';
import { Event } from '../events/event.ts';
import { ApiKeyId, NodeId, OperationId } from '../ids.ts';
import { Operation, OperationStatus } from '../operation/operation.ts';
import {
  change,
  IdempotencyKey,
  LIST_LIMIT_MAX,
  look,
  named,
  order,
  page,
  pageShape,
} from '../operation/operation-shapes.ts';
import { ResourceName, Timestamp } from '../schema/resource.ts';
import { Node } from './node.ts';

/** Longest that `operation.wait` holds an answer back. Unit: milliseconds. */
export const WAIT_MS_MAX = 30_000;

/** What cancelling and retrying answer: the operation, which goes on. */
const steered = z.looseObject({ resource: Operation, warnings: z.array(AdmissionWarning) });

/** The rows by name, grouped by noun. */
export const platformOperations = {
  'node.get': {
    ...look,
    summary: 'Shows a node with its capacity and what of it is allocated.',
    rest: { method: 'GET', path: '/nodes/{id}', status: 200 },
    input: z.strictObject({ id: NodeId }),
    output: Node,
    problems: ['not-found'],
  },
  'node.list': {
    ...look,
    summary: 'Lists nodes in the order in which they joined.',
    rest: { method: 'GET', path: '/nodes', status: 200 },
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Node),
    problems: [],
  },
  'operation.get': {
    ...look,
    summary: 'Shows an operation with its steps.',
    rest: { method: 'GET', path: '/operations/{id}', status: 200 },
    input: z.strictObject({ id: OperationId }),
    output: Operation,
    problems: ['not-found'],
  },
  'operation.list': {
    ...look,
    summary: 'Lists operations in the order in which they were asked for, or latest first.',
    rest: { method: 'GET', path: '/operations', status: 200 },
    input: z.strictObject({
      ...pageShape,
      target_id: z.string().max(64).optional().describe('Only those of this resource'),
      status: OperationStatus.optional().describe('Only those that are like that now'),
      order,
    }),
    output: page(Operation),
    problems: [],
  },
  'operation.wait': {
    ...look,
    summary: 'Answers when the operation has ended, or with its progress when the time is up.',
    rest: { method: 'GET', path: '/operations/{id}/wait', status: 200 },
    input: z.strictObject({
      id: OperationId,
      timeout_ms: z.int().min(0).max(WAIT_MS_MAX).default(WAIT_MS_MAX).describe('Unit: ms.'),
    }),
    output: Operation,
    problems: ['not-found'],
  },
  'operation.cancel': {
    ...change,
    summary: 'Turns an operation back: what it has done is undone, as if a step had failed.',
    rest: { method: 'POST', path: '/operations/{id}/cancel', status: 202 },
    input: z.strictObject({ id: OperationId }),
    output: steered,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'operation.retry': {
    ...change,
    summary: 'Tries again what made an operation stuck, or goes forward again from a step.',
    rest: { method: 'POST', path: '/operations/{id}/retry', status: 202 },
    input: z.strictObject({
      id: OperationId,
      from_step: z
        .string()
        .max(64)
        .optional()
        .describe(
          'Step to go forward from, where the operation allows it; else it is undone. ' +
            'An operation of one step, such as a webhook, goes forward from that.',
        ),
    }),
    output: steered,
    problems: ['not-found', 'policy-denied', 'conflict', 'revision-mismatch', 'no-capacity'],
  },
  'event.list': {
    ...look,
    summary: 'Lists events by position, upwards or downwards.',
    rest: { method: 'GET', path: '/events', status: 200 },
    input: z.strictObject({
      after_position: z
        .int()
        .min(0)
        .optional()
        .describe('Only events behind this position; from the oldest that is kept unless said'),
      before_position: z
        .int()
        .min(1)
        .optional()
        .describe('Only events before this position; up to the newest unless said'),
      order,
      limit: pageShape.limit,
    }),
    output: z.looseObject({
      items: z.array(Event),
      last_position: z
        .int()
        .describe('Go on from here: `after_position`, or `before_position` with order newest'),
    }),
    problems: ['resume-expired'],
  },
  'admission.preview': {
    ...look,
    summary: 'Tries a write without doing it: validation, capacity, placement and policies.',
    rest: { method: 'POST', path: '/admission/preview', status: 200 },
    input: AdmissionPreviewInput,
    output: AdmissionPreview,
    problems: [],
  },
  'idempotency.list': {
    ...look,
    summary: 'Lists keys of creates that are still answered again, by the text they begin with.',
    rest: { method: 'GET', path: '/idempotency', status: 200 },
    input: z.strictObject({
      ...pageShape,
      cursor: IdempotencyKey.optional().describe('next_cursor of the page before'),
      prefix: IdempotencyKey.describe('What the keys begin with; clients choose one of their own'),
    }),
    output: page(
      z.looseObject({
        id: IdempotencyKey.describe('The key'),
        resource_id: z.string(),
        created_at: Timestamp,
      }),
    ),
    problems: [],
  },
  'idempotency.confirm': {
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
  },
  'audit.list': {
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
  },
  'identity.whoami': {
    ...look,
    summary: 'Tells who the caller is and which NovaCron answers.',
    rest: { method: 'GET', path: '/identity', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({
      principal: z.string(),
      role: RoleName,
      tenant: z.string(),
      features: z.array(z.string()).optional().describe('Feature flags that the tenant has'),
      server_version: z.string(),
      contract_level: z
        .int()
        .prefault(CONTRACT_LEVEL_UNTOLD)
        .describe('Grows with releases; programs of neighbouring levels work together'),
    }),
    problems: [],
  },
  'api_key.create': {
    effect: 'write',
    role: 'admin',
    feature: 'api_keys',
    idempotency: 'none',
    summary: 'Creates an API key; the secret is answered this once and kept only as a hash.',
    rest: { method: 'POST', path: '/api-keys', status: 201 },
    input: z.strictObject({
      name: ResourceName.describe('Name of the key, unique within the tenant'),
      role: RoleName.describe(
        'What the key may do: admin, operator, viewer or a role of the tenant',
      ),
      expires_in_hours: z.int().min(1).max(87_600).optional().describe('Unit: hours.'),
    }),
    output: z.looseObject({ resource: ApiKey, secret: z.string() }),
    problems: [
      'name-taken',
      'policy-denied',
      'quota-exceeded',
      'feature-disabled',
      'reference-unknown',
      'conflict',
    ],
  },
  'api_key.list': {
    ...look,
    role: 'admin',
    summary: 'Lists API keys, never their secrets.',
    rest: { method: 'GET', path: '/api-keys', status: 200 },
    input: z.strictObject(pageShape),
    output: page(ApiKey),
    problems: [],
  },
  'api_key.delete': {
    effect: 'write',
    role: 'admin',
    idempotency: 'natural',
    summary: 'Revokes an API key at once.',
    rest: { method: 'DELETE', path: '/api-keys/{id}', status: 200 },
    input: z.strictObject({ id: ApiKeyId }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied'],
  },
} as const;
