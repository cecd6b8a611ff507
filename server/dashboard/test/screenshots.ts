/** Writes pictures of the pages into the folder SCREENSHOTS: make screenshots. */
import { join } from 'node:path';
import { openPage, test } from './support/fixtures.ts';
import { SHOWN_PAGES } from './support/shown-pages.ts';

const folder = process.env.SCREENSHOTS ?? '';

for (const theme of ['light', 'dark'] as const) {
  test(`pictures in ${theme}`, async ({ signedIn: page, seeded }) => {
    await page.emulateMedia({ colorScheme: theme });
    for (const { name, path, ready } of SHOWN_PAGES) {
      await openPage(page, path(seeded));
      await ready(page);
      await page.screenshot({ path: join(folder, `${name}-${theme}.png`), fullPage: false });
    }
  });
}
