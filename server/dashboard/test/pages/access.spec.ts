/** Barriers that axe finds (WCAG 2.1 AA) on every page, in both themes, and reflow at 320 px. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@playwright/test';
import { openPage, test } from '../support/fixtures.ts';
import { SHOWN_PAGES } from '../support/shown-pages.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RUN = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((found) => [
  ...found.violations.map(({ id, nodes }) => id + ': ' + nodes.map((n) => n.html).join(' ')),
  ...found.incomplete.flatMap(({ id, nodes }) => nodes
    .filter(({ any }) => any.some(({ data }) => data && data.messageKey === 'equalRatio'))
    .map(({ html }) => id + ', equal ratio: ' + html)),
])`;

for (const theme of ['light', 'dark'] as const) {
  test(`no page has a barrier in ${theme}`, async ({ signedIn: page, seeded }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(AXE);
    const found: unknown[] = [];
    for (const { name, path, ready } of SHOWN_PAGES) {
      await openPage(page, path(seeded));
      await ready(page);
      const barriers: unknown = await page.evaluate(RUN);
      if (!Array.isArray(barriers) || barriers.length > 0) found.push({ name, barriers });
    }
    expect(found).toEqual([]);
  });
}

test('no page scrolls sideways at 320 px', async ({ signedIn: page, seeded }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  for (const { name, path, ready } of SHOWN_PAGES) {
    await openPage(page, path(seeded));
    await ready(page);
    const width: unknown = await page.evaluate('document.documentElement.scrollWidth');
    expect({ name, width }).toEqual({ name, width: 320 });
  }
});
