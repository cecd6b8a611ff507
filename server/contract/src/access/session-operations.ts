/** The rows of the operations table about sessions of browsers. */
import { z } from 'zod';
import { SessionId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { look } from '../operation/operation-shapes.ts';
import { CallerSession, Session, SignInMethod } from './session.ts';

/** The rows by name. */
export const sessionOperations = {
  'session.get': {
    ...look,
    summary:
      'Shows the caller with its permissions, its session and the CSRF token of the session.',
    rest: { method: 'GET', path: '/session', status: 200 },
    input: z.strictObject({}),
    output: CallerSession,
    problems: [],
  },
  'session.list': {
    ...look,
    summary:
      'Lists browser sessions: your own, and with the permission session.revoke_any those of ' +
      'the tenant.',
    rest: { method: 'GET', path: '/sessions', status: 200 },
    ...list(Session, {
      filters: {
        principal: oneOfTexts('Only sessions of one of these principals'),
        method: oneOf(SignInMethod, 'Only sessions that began in one of these ways'),
      },
      sort: ['-created_at', 'principal'],
      search: ['principal', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'session.revoke': {
    effect: 'write',
    role: 'viewer',
    idempotency: 'natural',
    summary: 'Ends a session immediately.',
    rest: { method: 'POST', path: '/sessions/{id}/revoke', status: 200 },
    input: z.strictObject({ id: SessionId }),
    output: z.looseObject({ resource: Session }),
    problems: ['not-found', 'policy-denied'],
  },
} as const;
