import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bytesOfRule, splitRule } from '@novacron/contract/kinds/policy/policy-signing';
import { createNodeIo } from '../../../node-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { makeAuthorKey } from '../keygen/make-author-key.ts';
import { signPolicies } from './sign-policies.ts';

const RULE = 'package p\n\nallow := true\n';

let directory: string;
let key: string;
let publicKey: string;
const io = createNodeIo({ version: '0.0.0' });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-sign-'));
  key = join(directory, 'ann.key');
  publicKey = linesOf(await makeAuthorKey(io, key)).join();
});

afterAll(() => rmSync(directory, { recursive: true }));

function linesOf({ document, failure }: Outcome): readonly string[] {
  if (failure !== undefined) throw new Error(JSON.stringify(failure));
  return document?.kind === 'lines' ? document.value.lines : [];
}

function wordsOf({ failure }: Outcome): string {
  return JSON.stringify(failure);
}

test('keygen makes a private key file, prints the public half and overwrites nothing', async () => {
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(publicKey).toMatch(/^ed25519:[\w-]{43}$/);
  expect(wordsOf(await makeAuthorKey(io, key))).toContain('already exists');
});

test('sign puts one signature beneath each policy, and none beneath tests', async () => {
  const policy = join(directory, 'policy.rego');
  const tests = join(directory, 'policy_test.rego');
  for (const path of [policy, tests]) writeFileSync(path, RULE);
  expect(linesOf(await signPolicies(io, { paths: [directory], key }))).toEqual([
    `signed: ${policy}`,
  ]);
  expect(readFileSync(tests, 'utf8')).toBe(RULE);
  const { text, signature } = splitRule(readFileSync(policy, 'utf8'));
  if (typeof signature !== 'object') throw new Error('there is a signature');
  expect([text, signature.key]).toEqual([RULE, publicKey]);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.split(':')[1] ?? '' };
  const imported = createPublicKey({ key: jwk, format: 'jwk' });
  const value = Buffer.from(signature.value, 'base64');
  expect(verify(null, Buffer.from(bytesOfRule(text)), imported, value)).toBe(true);
  expect(linesOf(await signPolicies(io, { paths: [policy], key }))).toEqual([
    'All policies already have this signature.',
  ]);
});

test('sign says what is wrong with a key', async () => {
  const wrong = join(directory, 'wrong.key');
  writeFileSync(wrong, 'no key');
  const words = wordsOf(await signPolicies(io, { paths: [directory], key: wrong }));
  expect(words).toContain('is not a PEM private key');
  const missing = await signPolicies(io, { paths: [directory], key: `${wrong}.not` });
  expect(wordsOf(missing)).toContain('cannot read a key');
});
