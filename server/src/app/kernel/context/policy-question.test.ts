import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { SUBJECT_KINDS } from '@novacron/contract/policy-input/subject-fields';

const PAGE = readFileSync(
  join(resolve(__dirname, '../../../../..'), 'docs/reference/policies.md'),
  'utf8',
);

test('the reference of policies lists every type of the input', () => {
  const [sentence = ''] = PAGE.split('- `type` is the kind of resource:').slice(1);
  const [list = ''] = sentence.split('`id` is null');
  const listed = [...list.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual([...SUBJECT_KINDS].toSorted());
});
