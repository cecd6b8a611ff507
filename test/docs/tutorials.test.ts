/** Follows pages as a reader would: every file is written, every command run, in order. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { reasonNotRun } from './followed-pages.ts';
import {
  type Equipment,
  isShownToFail,
  missingLines,
  openReader,
  type Reader,
} from './open-reader.ts';
import { readPage } from './read-page.ts';

jest.setTimeout(120_000);

/** Pages that one reader follows one after another, on a server that the first of them starts. */
interface Reading {
  readonly equipment: Equipment;
  readonly pages: readonly string[];
}

const READINGS: readonly Reading[] = [
  { equipment: 'checkout', pages: ['README.md'] },
  { equipment: 'installed', pages: ['examples/terraform/quickstart/README.md'] },
  {
    equipment: 'installed',
    pages: [
      'docs/provider/guides/getting-started.md',
      'docs/provider/guides/importing.md',
      'docs/how-to/dashboard.md',
      'docs/how-to/edit-policies.md',
    ],
  },
  {
    equipment: 'checkout',
    pages: [
      'docs/tutorials/first-vm.md',
      'docs/tutorials/drift.md',
      'docs/tutorials/a-policy-that-refuses.md',
      'docs/tutorials/README.md',
    ],
  },
];

describe.each(READINGS.map((reading) => [reading.pages.join(', then '), reading] as const))(
  'a reader of %s',
  (_title, { equipment, pages }) => {
    let reader: Reader;
    beforeAll(async () => {
      reader = await openReader(equipment);
    });
    afterAll(() => reader.close());

    const steps = pages.flatMap((page) =>
      readPage(page)
        .filter((step) => step.kind === 'file' || reasonNotRun(page, step.command) === undefined)
        .map((step) => ({ page, step })),
    );
    test.each(
      steps.map(({ page, step }) => {
        const what = step.kind === 'file' ? `writes ${step.name}` : `runs ${step.command}`;
        return [`${page}:${step.line}`, what.split('\n')[0] ?? '', step] as const;
      }),
    )('at %s %s', async (_place, _what, step) => {
      const { exitCode, output } = await reader.follow(step);
      if (step.kind === 'file') return;
      const missing = missingLines(step.output, output);
      expect(missing.length === 0 ? '' : `${missing.join('\n')}\nis not in\n${output}`).toBe('');
      const failed = exitCode !== 0;
      expect(failed === isShownToFail(step) ? '' : `exit code ${exitCode}\n${output}`).toBe('');
    });
  },
);
