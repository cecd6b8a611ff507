/** Follows docs/how-to/argocd.md against a server; its documents are those of the example. */
import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/argocd.md', 'data-argocd');

test('the example deploys the documents of the page', () => {
  const documents = readFileSync('examples/argocd/machines.yaml', 'utf8');
  expect(readFileSync('docs/how-to/argocd.md', 'utf8')).toContain(documents);
});
