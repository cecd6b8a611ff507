import { expect, test } from '@jest/globals';
import { findUsedPaths } from './find-used-paths.ts';

/** Files of a repository with this configuration in `live`. */
const usedBy = (text: string) =>
  findUsedPaths('live', {
    paths: ['live/main.tf', 'modules/web/main.tf', 'texts/a.tftpl', 'other/main.tf'],
    links: new Map(),
    read: (path) => (path === 'live/main.tf' ? text : ''),
  }).paths.slice(1);

test.each([
  ['source = "../modules/web"', ['modules/web/main.tf']],
  ['source = "../modules/web//x"', ['modules/web/main.tf']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of HCL
  ['file("${path.module}/../texts/a.tftpl")', ['texts/a.tftpl']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of HCL
  ['file("../texts/${var.name}.tftpl")', ['texts/a.tftpl']],
  ['description = "from 1..2"', []],
])('%s', (text, paths) => {
  expect(usedBy(text)).toEqual(paths);
});

test('a line of megabytes that never ends its literal is read once', () => {
  expect(usedBy(`# "${'../'.repeat(1_000_000)}`)).toEqual([]);
});
