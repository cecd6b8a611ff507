import { describe, expect, test } from '@jest/globals';
import { problem } from '../problem/problem.ts';
import { err, ok } from '../result.ts';
import { createClient } from './client.ts';

const WHO = {
  principal: 'admin',
  role: 'admin',
  tenant: 'tnt_x',
  features: [],
  operations: [],
  server_version: '0.1.0',
  contract_level: 1,
};

describe('the typed client', () => {
  test('carries name, input and options, and hands back the answer', async () => {
    const calls: unknown[] = [];
    const client = createClient<{ trace: string }>(async (name, input, options) => {
      calls.push([name, input, options]);
      return ok({ ...WHO, from_a_newer_release: 1 });
    });
    const answer = await client.call('identity.whoami', {}, { trace: 't' });
    expect(answer).toMatchObject({ ok: true, value: WHO });
    expect(calls).toEqual([['identity.whoami', {}, { trace: 't' }]]);
  });

  test('problems pass unchanged', async () => {
    const found = problem('not-found', { detail: 'd', remedy: 'r' });
    const client = createClient(async () => err(found));
    expect(await client.call('operation.list', {})).toEqual(err(found));
  });

  test('an answer of another shape is a problem that speaks of releases', async () => {
    const client = createClient(async () => ok({ principal: 1 }));
    const answer = await client.call('identity.whoami', {});
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'internal', remedy: expect.stringContaining('neighbouring releases') },
    });
  });

  test.each([
    [{ ...WHO, principal: 1, tenant: null, more: 1 }, 'principal must be a string, tenant must'],
    [{ ...WHO, server_version: undefined }, 'server_version is missing.'],
    [{ more: 1 }, 'principal is missing, role is missing, tenant is missing (and 4 more).'],
    [null, 'it must be an object.'],
    [[], 'it must be an object.'],
  ])('what is wrong with an answer is said in words (case %#)', async (result, words) => {
    const client = createClient(async () => ok(result));
    const answer = await client.call('identity.whoami', {});
    const detail = answer.ok ? '' : answer.error.detail;
    expect(detail).toContain(`This release does not understand the server's answer`);
    expect(detail).toContain(`: ${words}`);
    expect(detail).not.toMatch(/undefined|[{}]/);
  });
});
