/** The words for each way in which a connection can fail. */
import { describe, expect, test } from '@jest/globals';
import { connectionProblem, isPassing } from './connection-problem.ts';

const facts = { endpoint: 'https://novacron.example', effect: 'read' } as const;

const connection = (code: string, message = 'why') =>
  ({ kind: 'connection', code, message }) as const;

describe('a connection that fails', () => {
  test.each([
    ['ECONNREFUSED', 'connection refused', 'novacron server', true],
    ['ENOTFOUND', 'host not found', 'Check the host name', false],
    ['EAI_AGAIN', 'host not found', 'Check the host name', true],
    ['ECONNRESET', 'closed the connection before it answered', 'Try again', true],
    ['EHOSTUNREACH', 'Cannot connect to', 'Check the network', true],
    ['ETIMEDOUT', 'Cannot connect to', 'Check the network', true],
    ['EPROTO', 'uses another protocol: why', 'http:// or https://', false],
    ['HPE_INVALID_CONSTANT', 'uses another protocol: why', 'http:// or https://', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is not trusted: why', 'NODE_EXTRA_CA_CERTS', false],
    ['CERT_HAS_EXPIRED', 'is not trusted: why', 'do not trust this server', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is not trusted: why', 'NODE_EXTRA_CA_CERTS', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'is not trusted: why', 'NODE_EXTRA_CA_CERTS', false],
    ['', 'Cannot connect to https://novacron.example: why', 'NOVACRON_ENDPOINT', false],
  ])('with %s says what and what to do', (code, detail, remedy, passing) => {
    const found = connectionProblem(connection(code), facts);
    expect(found.code).toBe('unavailable');
    expect(found.detail).toContain(detail);
    expect(found.detail).toContain(facts.endpoint);
    expect(found.remedy).toContain(remedy);
    expect(isPassing(connection(code))).toBe(passing);
  });

  test('shows no more than the first line of a reason', () => {
    const found = connectionProblem(connection('EPROTO', 'wrong version\n  at deep'), facts);
    expect(found.detail).toMatch(/: wrong version$/);
  });
});

test('an answer that is too large is not a fault of the connection', () => {
  const found = connectionProblem({ kind: 'too-large' }, facts);
  expect(found).toMatchObject({ code: 'internal', remedy: expect.stringContaining('--limit') });
  expect(isPassing({ kind: 'too-large' })).toBe(false);
});
