/** Follows docs/how-to/compliance.md, and compares its numbers with what the server reports. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { explainStandards } from '@novacron/engine/compliance/explain-check';
import { planComplianceReport } from '@novacron/engine/compliance/plan-compliance-report';
import { waitUntil } from '@novacron/testing/wait-until';
import { followPage } from './follow-page.ts';
import { missingLines } from './open-reader.ts';

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../..');
const PAGE = 'docs/how-to/compliance.md';

followPage(PAGE, 'data-compliance', (reader, step) => {
  if (!step.command.includes('finding list')) return reader.follow(step);
  // A reader looks again until the scan has seen the change.
  return waitUntil(
    'the scan to see the change',
    async () => {
      const outcome = await reader.follow(step);
      const isThere =
        outcome.exitCode === 0 && missingLines(step.output, outcome.output).length === 0;
      return isThere ? outcome : undefined;
    },
    { timeoutMs: 60_000 },
  );
});

test.each(explainStandards())('the page has the numbers of $id', (standard) => {
  const row = readFileSync(join(ROOT, PAGE), 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| \`${standard.id}\``));
  const { requirements } = planComplianceReport(standard, new Map());
  const counts = ['settled', 'evidence-only', 'no-facts', 'not-assessable'].map(
    (kind) => requirements.filter(({ assessable }) => assessable === kind).length,
  );
  expect(
    row
      ?.match(/\d+(?= +\|)/g)
      ?.map(Number)
      .slice(-counts.length),
  ).toEqual(counts);
});
