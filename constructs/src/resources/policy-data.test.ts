import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PolicyRule } from '../props/policy-rule.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { Policy } from './policy.ts';
import { PolicyData } from './policy-data.ts';

const DOCUMENT = JSON.stringify({ web: { cores: 4 } });

test('a data document has its path and its JSON text', () => {
  const found = attributesOf('policy_data', (stack) => {
    new PolicyData(stack, 'teams', { path: 'limits.teams', document: DOCUMENT });
  });
  expect(found).toEqual({ path: 'limits.teams', document: DOCUMENT });
});

test('a data document is read from a file, and its text is no template', () => {
  const directory = mkdtempSync(join(tmpdir(), 'policy-data-'));
  const file = join(directory, 'owners.json');
  writeFileSync(file, '["${path.module}"]');
  const found = attributesOf('policy_data', (stack) => {
    PolicyData.fromFile(stack, 'owners', { path: 'owners', file });
  });
  expect(found).toEqual({ path: 'owners', document: '["$${path.module}"]' });
  rmSync(directory, { recursive: true });
});

test('a policy that reads a document depends on it', () => {
  const { resource } = synthesize((stack) => {
    const data = new PolicyData(stack, 'teams', { path: 'limits.teams', document: DOCUMENT });
    const rule = PolicyRule.inline(
      'package p\n\ndeny contains "no" if data.limits.teams.web == 1\n',
    );
    new Policy(stack, 'p', { rule }).reads(data);
  });
  const [policy] = Object.values(resource.novacron_policy ?? {});
  expect(policy?.depends_on).toEqual([expect.stringMatching(/^novacron_policy_data\./)]);
});

test.each([
  ['limits-of-teams', DOCUMENT, '[shop/teams] `path` must be names of letters'],
  ['limits', '{"web":', '[shop/teams] `document` must be JSON of at most'],
])('at %s with %s fails at synth with its path', (path, document, words) => {
  const trouble = findTrouble((stack) => {
    new PolicyData(stack, 'teams', { path, document });
  });
  expect(trouble).toContain(words);
});
