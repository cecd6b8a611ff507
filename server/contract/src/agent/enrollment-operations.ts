/** The rows of the operations table about certificates of agents and runners, and their bus. */
import { z } from 'zod';
import { EnrollmentId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { keyed, look } from '../operation/operation-shapes.ts';
import {
  Enrollment,
  EnrollmentStatus,
  EnrollmentToken,
  NodeCertificate,
  NodeName,
  Pem,
  RunnerName,
} from './enrollment.ts';

const TOKEN_MINUTES_DEFAULT = 60;
/** A week: the longer a token is valid, the likelier it leaks. */
const TOKEN_MINUTES_MAX = 10_080;

const SIGNATURE_LENGTH_MAX = 256;

/** Ids and names of tenants are shorter. */
const TENANT_LENGTH_MAX = 128;

/** Access of operations without a key: the input itself contains a credential. */
const open = { effect: 'write', role: 'viewer', access: 'anyone', idempotency: 'none' } as const;

/** The rows by name, grouped by noun. */
export const enrollmentOperations = {
  'enrollment.create': {
    effect: 'write',
    role: 'admin',
    scope: 'platform',
    idempotency: 'key',
    summary: 'Creates a one-time enrollment token for the agent of a node, or for a runner.',
    rest: { method: 'POST', path: '/enrollments', status: 201 },
    input: z.strictObject({
      node: NodeName.optional().meta({
        description: 'Name of the node, for its agent; the node need not exist yet',
        example: 'node-01',
      }),
      runner: RunnerName.optional().meta({
        description: 'Name of the runner, in place of a node',
        example: 'runner-01',
      }),
      tenant: z
        .string()
        .max(TENANT_LENGTH_MAX)
        .optional()
        .describe(
          'Id or name of the tenant whose commands the runner runs; the first tenant unless given',
        ),
      expires_in_minutes: z
        .int()
        .min(1)
        .max(TOKEN_MINUTES_MAX)
        .default(TOKEN_MINUTES_DEFAULT)
        .describe('Lifetime of the token. Unit: minutes.'),
      ...keyed,
    }),
    output: z.looseObject({
      resource: Enrollment,
      secret: z.string().describe('The token. Save it; it is not shown again'),
    }),
    problems: ['not-found', 'policy-denied', 'conflict', 'idempotency-key-reused'],
  },
  'enrollment.list': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Lists enrollments in the order of their creation, without their tokens.',
    rest: { method: 'GET', path: '/enrollments', status: 200 },
    ...list(Enrollment, {
      filters: {
        node: oneOfTexts('Only enrollments of one of these nodes, by name'),
        runner: oneOfTexts('Only enrollments of one of these runners, by name'),
        status: oneOf(EnrollmentStatus, 'Only enrollments with one of these statuses'),
      },
      sort: ['created_at'],
      search: ['node', 'runner', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'enrollment.revoke': {
    effect: 'write',
    role: 'admin',
    scope: 'platform',
    idempotency: 'natural',
    summary:
      'Revokes an enrollment: its token, its certificate, and the lease of its node or the runner.',
    rest: { method: 'POST', path: '/enrollments/{id}/revoke', status: 200 },
    input: z.strictObject({ id: EnrollmentId }),
    output: z.looseObject({ resource: Enrollment }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'enrollment.redeem': {
    ...open,
    summary: 'Exchanges a token for the certificate of an agent or a runner. Requires no API key.',
    rest: { method: 'POST', path: '/enrollments/redeem', status: 201 },
    input: z.strictObject({
      token: EnrollmentToken.describe('Enrollment token'),
      node: NodeName.optional().describe('Node of the agent; must match the token'),
      runner: RunnerName.optional().describe('Name of the runner; must match the token'),
      request: Pem.describe('Certificate signing request (PKCS #10, PEM)'),
    }),
    output: NodeCertificate,
    problems: ['conflict'],
  },
  'enrollment.renew': {
    ...open,
    summary:
      'Exchanges a valid certificate of an agent or a runner for a new one. Requires no API key.',
    rest: { method: 'POST', path: '/enrollments/renew', status: 201 },
    input: z.strictObject({
      certificate: Pem.describe('Current certificate, PEM'),
      request: Pem.describe('Certificate signing request for the new certificate, PEM'),
      signature: z
        .string()
        .max(SIGNATURE_LENGTH_MAX, { abort: true })
        .regex(/^[A-Za-z0-9+/]+=*$/, 'must be base64')
        .describe('Signature of the request with the key of the certificate: ECDSA, SHA-256, DER'),
    }),
    output: NodeCertificate,
    problems: ['conflict'],
  },
  'bus.configuration': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Renders the part of a nats-server configuration that limits agents and runners.',
    rest: { method: 'GET', path: '/bus/configuration', status: 200 },
    input: z.strictObject({
      tls_dir: z
        .string()
        .max(200, { abort: true })
        .regex(/^\/[\w./-]*$/, 'must be an absolute path')
        .default('/etc/nats')
        .describe(
          'Directory that contains server.crt and server.key of nats-server, and ' +
            'novacron-ca.crt',
        ),
    }),
    output: z.looseObject({ text: z.string() }),
    problems: [],
  },
  'bus.authority': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: "Shows the certificate of the authority that signs agents' certificates.",
    rest: { method: 'GET', path: '/bus/authority', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({ text: z.string() }),
    problems: [],
  },
} as const;
