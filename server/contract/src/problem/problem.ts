/**
 * Problems: everything that can be wrong, what it means and who has to act. A problem is a value
 * inside NovaCron and an RFC 9457 document outside.
 */
import { z } from 'zod';

interface ProblemKind {
  /** HTTP status (RFC 9110). 507 where the fleet or the disk has no room left. */
  readonly status: number;
  /** The same for every occurrence: what kind of trouble this is. */
  readonly title: string;
  /** Whether the same request may succeed later without any change. */
  readonly retryable: 'yes' | 'no';
}

/** Every kind of problem, in alphabetical order. */
export const PROBLEM_KINDS = {
  'address-taken': { status: 409, title: 'The IP address is taken', retryable: 'no' },
  'audit-broken': { status: 409, title: 'The audit log was tampered with', retryable: 'no' },
  'budget-exceeded': { status: 403, title: 'Budget exceeded', retryable: 'no' },
  conflict: { status: 409, title: 'Conflict with the current state', retryable: 'yes' },
  'deadline-exceeded': { status: 504, title: 'Deadline exceeded', retryable: 'yes' },
  'deletion-protected': { status: 409, title: 'Protected from deletion', retryable: 'no' },
  'feature-disabled': { status: 403, title: 'Feature disabled for your tenant', retryable: 'no' },
  forbidden: { status: 403, title: 'Your role does not allow this', retryable: 'no' },
  'guest-not-ready': {
    status: 409,
    title: 'The guest is not ready',
    retryable: 'no',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Key already used for another request',
    retryable: 'no',
  },
  'in-use': { status: 409, title: 'Still in use', retryable: 'no' },
  internal: { status: 500, title: 'Internal error', retryable: 'no' },
  'method-not-found': { status: 404, title: 'Unknown operation', retryable: 'no' },
  'name-taken': { status: 409, title: 'The name is taken', retryable: 'no' },
  'network-full': { status: 507, title: 'The network has no free address', retryable: 'no' },
  'network-overlap': { status: 409, title: 'The address range is taken', retryable: 'no' },
  'no-capacity': { status: 507, title: 'Insufficient capacity', retryable: 'no' },
  'not-found': { status: 404, title: 'Not found', retryable: 'no' },
  // What it has left differs by operation: its remedy says that.
  'operation-failed': { status: 409, title: 'The operation failed', retryable: 'no' },
  'payload-too-large': { status: 413, title: 'The request is too large', retryable: 'no' },
  'policy-denied': { status: 403, title: 'Denied by a policy', retryable: 'no' },
  'quota-exceeded': { status: 403, title: 'Quota exceeded', retryable: 'no' },
  'rate-limited': { status: 429, title: 'Too many requests', retryable: 'yes' },
  'reference-unknown': { status: 422, title: 'Reference to a missing resource', retryable: 'no' },
  'resume-expired': { status: 410, title: 'Position expired', retryable: 'no' },
  'revision-mismatch': { status: 412, title: 'Changed since you read it', retryable: 'no' },
  'rule-invalid': { status: 422, title: 'The policy text is not valid', retryable: 'no' },
  'storage-full': { status: 507, title: 'The server cannot store more', retryable: 'yes' },
  'store-damaged': { status: 500, title: "The server's store is damaged", retryable: 'no' },
  unauthenticated: { status: 401, title: 'No valid API key', retryable: 'no' },
  unavailable: { status: 503, title: 'Temporarily unavailable', retryable: 'yes' },
  'unsupported-media-type': { status: 415, title: 'Send JSON', retryable: 'no' },
  'validation-failed': { status: 400, title: 'The request is not valid', retryable: 'no' },
} as const satisfies Record<string, ProblemKind>;

/** Names a kind of problem. */
export type ProblemCode = keyof typeof PROBLEM_KINDS;

/** One field that is wrong: where, and what about it. */
export const FieldProblem = z.looseObject({
  path: z
    .array(z.union([z.string(), z.number()]))
    .describe('Path of the field from the root of the input'),
  message: z.string().describe('Description of the error'),
});
export type FieldProblem = z.infer<typeof FieldProblem>;

/** A problem on the wire: RFC 9457 with NovaCron's members. */
export const ProblemDocument = z.looseObject({
  type: z.string().describe('urn:novacron:problem:CODE'),
  title: z.string().describe('Title of the kind of problem'),
  status: z.int().describe('HTTP status'),
  code: z.string().describe('Code of the kind of problem'),
  detail: z.string().describe('Description of this occurrence and its reason'),
  remedy: z.string().describe('Next step, and who has to take it'),
  instance: z.string().optional().describe('Id of the request'),
  errors: z.array(FieldProblem).describe('Invalid fields, if any'),
  data: z.record(z.string(), z.json()).optional().describe('Details for programs'),
});
export type ProblemDocument = z.infer<typeof ProblemDocument>;

/** A problem inside NovaCron. */
export interface Problem {
  readonly code: ProblemCode;
  /** Title if the kind's title would mislead; default: the kind's title. */
  readonly title?: string;
  readonly detail: string;
  readonly remedy: string;
  readonly fields: readonly FieldProblem[];
  readonly data?: Readonly<Record<string, z.core.util.JSONType>>;
}

/**
 * Makes a problem.
 * @param code - its kind
 * @param words - `detail`: what is wrong and why; `remedy`: what to do next; `fields`: where;
 *   `title`: where that of the kind would mislead
 */
export function problem(
  code: ProblemCode,
  words: {
    readonly title?: string;
    readonly detail: string;
    readonly remedy: string;
    readonly fields?: readonly FieldProblem[];
    readonly data?: Readonly<Record<string, z.core.util.JSONType>>;
  },
): Problem {
  const { title, detail, remedy, fields = [], data } = words;
  const titled = title === undefined ? {} : { title };
  return { code, ...titled, detail, remedy, fields, ...(data === undefined ? {} : { data }) };
}

/** Whether the same request may be sent again unchanged. */
export function isRetryable(code: string): boolean {
  return isProblemCode(code) && PROBLEM_KINDS[code].retryable === 'yes';
}

/** Mistakes that an answer lists: a request of a megabyte may have tens of thousands. */
const ERRORS_MAX = 100;

/** The document that a transport sends for a problem, with the first mistakes of its fields. */
export function toProblemDocument(found: Problem, requestId?: string): ProblemDocument {
  const { status, title } = PROBLEM_KINDS[found.code];
  return {
    type: `urn:novacron:problem:${found.code}`,
    title: found.title ?? title,
    status,
    code: found.code,
    detail: found.detail,
    remedy: found.remedy,
    ...(requestId === undefined ? {} : { instance: requestId }),
    errors: found.fields
      .slice(0, ERRORS_MAX)
      .map((field) => ({ path: [...field.path], message: field.message })),
    ...(found.data === undefined ? {} : { data: found.data }),
  };
}

/** Reads a document back; an unknown code of a newer release becomes `internal` with its text. */
export function fromProblemDocument(document: ProblemDocument): Problem {
  return problem(isProblemCode(document.code) ? document.code : 'internal', {
    detail: document.detail,
    remedy: document.remedy,
    fields: document.errors,
    ...(document.data === undefined ? {} : { data: document.data }),
  });
}

/** Turns the issues of a zod parse into one `validation-failed` problem, a field each. */
export function toValidationProblem(error: z.ZodError, what: string): Problem {
  const fields = error.issues.flatMap((issue) => fieldsOfIssue(issue));
  const first = fields[0];
  const where = first === undefined || first.path.length === 0 ? '' : ` at ${first.path.join('.')}`;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return problem('validation-failed', {
    detail: `${what} is not valid${where}: ${first?.message ?? 'unknown reason'}${more}`,
    remedy: 'Correct the fields listed in errors and send the request again.',
    fields,
  });
}

function fieldsOfIssue(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a known field' }));
  }
  return [{ path, message: issue.message }];
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEM_KINDS, code);
}
