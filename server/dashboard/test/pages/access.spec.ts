/** Barriers that axe finds (WCAG 2.1 AA) on every page, in both themes, and reflow at 320 px. */
import { expect } from '@playwright/test';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, test } from '../support/fixtures.ts';
import { SHOWN_PAGES } from '../support/shown-pages.ts';

const THEMES = [
  { theme: 'light', media: { colorScheme: 'light' } },
  { theme: 'dark', media: { colorScheme: 'dark' } },
  { theme: 'forced colours', media: { colorScheme: 'light', forcedColors: 'active' } },
] as const;

for (const { theme, media } of THEMES) {
  test(`no page has a barrier in ${theme}`, async ({ signedIn: page, seeded }) => {
    await page.emulateMedia(media);
    await loadAxe(page);
    const found: unknown[] = [];
    for (const { name, path, ready } of SHOWN_PAGES) {
      await openPage(page, path(seeded));
      await ready(page);
      const barriers = await findBarriers(page);
      if (barriers.length > 0) found.push({ name, barriers });
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
