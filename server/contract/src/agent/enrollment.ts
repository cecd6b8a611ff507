/** Enrollments: how an agent or a runner gets the certificate that it shows to the bus. */
import { z } from 'zod';
import { EnrollmentId, TenantId } from '../ids.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** A name that subjects of the bus contain. */
function subjectName() {
  return z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      'must have 1 to 63 lower-case letters, digits or dashes, the ends a letter or digit',
    );
}

/** The name of a node, as fleets and agents write it. */
export const NodeName = subjectName();

/** The name of a runner. */
export const RunnerName = subjectName();

/** The longest PEM text that is read: certificates of ours have less than a KiB. */
const PEM_LENGTH_MAX = 8_192;

/** A signing request or a certificate. */
export const Pem = z
  .string()
  .max(PEM_LENGTH_MAX, { abort: true })
  .regex(/^-----BEGIN [A-Z ]+-----[\sA-Za-z0-9+/=]+-----END [A-Z ]+-----\s*$/, 'must be PEM');

/** A one-time token. */
export const EnrollmentToken = z
  .string()
  .regex(/^nce_[\w-]{43}$/, 'must be an enrollment token: nce_…');

/** `pending`: its token has not been used; `expired`: and will not be any more. */
export const EnrollmentStatus = z.enum(['pending', 'expired', 'active', 'revoked']);
export type EnrollmentStatus = z.infer<typeof EnrollmentStatus>;

/** An enrollment as answers carry it: never its token. */
export const Enrollment = z.looseObject({
  id: EnrollmentId,
  node: z.string().describe('Name of the node; empty in the enrollment of a runner'),
  runner: z.string().nullable().optional().describe('Name of the runner; null for an agent'),
  tenant_id: TenantId.nullable()
    .optional()
    .describe('The tenant whose commands the runner runs; null for an agent'),
  status: EnrollmentStatus,
  created_at: Timestamp,
  created_by: PrincipalName,
  expires_at: Timestamp.describe('Expiry of the token'),
  enrolled_at: Timestamp.nullable(),
  certificate_expires_at: Timestamp.nullable(),
  revoked_at: Timestamp.nullable(),
});
export type Enrollment = z.infer<typeof Enrollment>;

/** Certificate issued to an agent or a runner for its signing request. */
export const NodeCertificate = z.looseObject({
  node: z.string().describe('Name of the node or of the runner'),
  certificate: z.string().describe('Certificate of the agent or of the runner, PEM'),
  authority: z.string().describe('Certificate of the signing authority, PEM'),
  expires_at: Timestamp,
});
export type NodeCertificate = z.infer<typeof NodeCertificate>;

/** Identity in certificates of servers. */
export const SERVER_IDENTITY = 'urn:novacron:server';

/**
 * Returns the identity in an agent's certificate. It contains the enrollment, so that a revoked
 * certificate stays without rights when the node is enrolled again.
 */
export function nodeIdentity(node: string, enrollmentId: string): string {
  return `urn:novacron:node:${node}:${enrollmentId}`;
}

/** The enrollment that an identity belongs to; undefined where no enrollment has led to it. */
export function enrollmentOfIdentity(identity: string): EnrollmentId | undefined {
  const id = /^urn:novacron:(?:node|runner):[a-z0-9-]+:(enr_\w+)$/.exec(identity)?.[1];
  const parsed = EnrollmentId.safeParse(id);
  return parsed.success ? parsed.data : undefined;
}

/** Returns the inbox prefix of a node's agent, which no other agent can read. */
export function inboxPrefixOf(node: string): string {
  return `novacron.inbox.${node}`;
}

/** Returns the identity in a runner's certificate. No identity of an agent has this form. */
export function runnerIdentity(runner: string, enrollmentId: string): string {
  return `urn:novacron:runner:${runner}:${enrollmentId}`;
}
