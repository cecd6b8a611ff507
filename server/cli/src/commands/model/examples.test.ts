import { test } from '@jest/globals';
import { checkPageExamples } from '../../test-kit/check-page-examples.ts';

test('the examples of the page write what stands there', async () => {
  await checkPageExamples({
    page: 'docs/how-to/train-a-model.md',
    language: 'csv',
    commands: ['simulate data', 'model'],
    count: 5,
  });
});
