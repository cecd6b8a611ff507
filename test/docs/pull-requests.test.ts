/** Follows docs/how-to/pull-requests.md against a server, and reads the file that it shows. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readSettings } from '../../server/cli/src/commands/pull-request/checkout/read-settings.ts';
import { followPage } from './follow-page.ts';

const PAGE = 'docs/how-to/pull-requests.md';

followPage(PAGE, 'data-pulls');

test('the file of the page sets an order', () => {
  const text = /as `\.novacron\.yaml`:\n\n```yaml\n([\s\S]*?)```/.exec(
    readFileSync(PAGE, 'utf8'),
  )?.[1];
  const read = readSettings(text ?? '');
  expect(read.ok && read.value.directories?.map(({ name }) => name)).toEqual(['network', 'web']);
});
