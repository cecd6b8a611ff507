/** Follows docs/how-to/gitops.md with Git, Terraform, and a server that has its own runner. */
import { jest } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { findIsolation } from '../support/services/find-isolation.ts';
import { findTerraform } from '../support/services/find-terraform.ts';
import { followPage } from './follow-page.ts';
import { missingLines } from './open-reader.ts';

jest.setTimeout(120_000);
findIsolation();
findTerraform();

followPage('docs/how-to/gitops.md', 'data-gitops', (reader, step) => {
  if (!step.command.includes('approval list')) return reader.follow(step);
  // A reader looks again until people are asked.
  return waitUntil('people to be asked', async () => {
    const outcome = await reader.follow(step);
    const isThere =
      outcome.exitCode === 0 && missingLines(step.output, outcome.output).length === 0;
    return isThere ? outcome : undefined;
  });
});
