import { createPublicKey, hash, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bytesOfWorkflow, textOfBundle } from '@novacron/contract/automation/workflow-signing';
import { splitRule } from '@novacron/contract/kinds/policy/policy-signing';
import { createNodeIo } from '../../node-io.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { makeAuthorKey } from '../policy/keygen/make-author-key.ts';
import { signDefinitions } from './sign-definitions.ts';

const TEXT = 'name: w\nsteps:\n  - { id: patch, ansible: patch.yml }\n';

let directory: string;
let key: string;
const io = createNodeIo({ version: '0.0.0' });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-sign-'));
  key = join(directory, 'ann.key');
  await makeAuthorKey(io, key);
});

afterAll(() => rmSync(directory, { recursive: true }));

function linesOf({ document, failure }: Outcome): readonly string[] {
  if (failure !== undefined) throw new Error(JSON.stringify(failure));
  return document?.kind === 'lines' ? document.value.lines : [];
}

test('a definition is signed with its playbooks, once', async () => {
  const file = join(directory, 'w.yaml');
  const playbook = '- hosts: all\n';
  writeFileSync(file, TEXT);
  writeFileSync(join(directory, 'patch.yml'), playbook);
  const request = { files: [file], kind: 'workflow', key } as const;
  expect(linesOf(await signDefinitions(io, request))).toEqual([`signed: ${file}`]);
  const { text, signature } = splitRule(readFileSync(file, 'utf8'));
  if (signature === undefined || signature === 'malformed') throw new Error('it is signed');
  expect(text).toBe(TEXT);
  const bundle = textOfBundle([{ path: 'patch.yml', text: playbook }]);
  const isOf = (digest: string | null) =>
    verify(
      null,
      Buffer.from(bytesOfWorkflow(TEXT, digest)),
      createPublicKey(readFileSync(key)),
      Buffer.from(signature.value, 'base64'),
    );
  expect([isOf(hash('sha256', bundle, 'hex')), isOf(null)]).toEqual([true, false]);
  expect(linesOf(await signDefinitions(io, request))).toEqual([
    'All workflows already have this signature.',
  ]);
  writeFileSync(join(directory, 'patch.yml'), '- hosts: none\n');
  expect(linesOf(await signDefinitions(io, request))).toEqual([`signed: ${file}`]);
});

test('a text with mistakes is not signed', async () => {
  const file = join(directory, 'wrong.yaml');
  writeFileSync(file, 'name: w\nsteps: []\n');
  const { failure } = await signDefinitions(io, { files: [file], kind: 'workflow', key });
  expect(failure).toBeDefined();
  expect(readFileSync(file, 'utf8')).toBe('name: w\nsteps: []\n');
});
