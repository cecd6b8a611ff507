import { expect, test } from '@jest/globals';
import { notFound } from './resource-problems.ts';

test.each([
  ['operation', 'operation', 'operations'],
  ['policy', 'policy', 'policies'],
  ['security_group', 'security group', 'security groups'],
  ['policy author', 'policy author', 'policy authors'],
])('what is not there is looked for in a list: %s', (kind, word, words) => {
  expect(notFound(kind, 'x_1')).toMatchObject({
    code: 'not-found',
    detail: `No ${word} found with the id x_1.`,
    remedy: `List the ${words}: it may have been deleted.`,
    fields: [{ path: ['id'], message: `no ${word} has this id` }],
  });
});
