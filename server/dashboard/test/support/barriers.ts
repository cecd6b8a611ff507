/** Barriers that axe finds (WCAG 2.1 AA), and texts in the colour of what they stand on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RUN = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((found) => [
  ...found.violations.map(({ id, nodes }) => id + ': ' + nodes.map((n) => n.html).join(' ')),
  ...found.incomplete.flatMap(({ id, nodes }) => nodes
    .filter(({ any }) => any.some(({ data }) => data && data.messageKey === 'equalRatio'))
    .map(({ html }) => id + ', equal ratio: ' + html)),
])`;

/** Loads axe into a page, which stays while its pages change. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(AXE);
}

/** Returns axe's current findings in lines; none if there are no problems. */
export async function findBarriers(page: Page): Promise<readonly unknown[]> {
  const found: unknown = await page.evaluate(RUN);
  return Array.isArray(found) ? found : [found];
}
