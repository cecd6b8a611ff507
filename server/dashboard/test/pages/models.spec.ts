/** Models: trained, promoted, compared, tried, rolled back; their cards; those of forecasts. */
import { expect, type Page } from '@playwright/test';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { makeModel } from '../support/seed.ts';

const row = (page: Page, panel: string, name: RegExp) =>
  page.getByRole('region', { name: panel, exact: true }).getByRole('row', { name });

async function promote(page: Page, version: number, environment: string) {
  await page.getByRole('button', { name: `Promote version ${version}`, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: new RegExp(`^Promote version ${version} of`) });
  await dialog.locator('[name=environment]').selectOption(environment);
  await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
  return dialog;
}

test('a version is trained, promoted, compared, tried and rolled back', async ({
  page,
  begin,
  expected,
}) => {
  expected.push(/status of 403/);
  const server = await begin();
  const id = await makeModel(server, { name: 'latency', days: 20 });
  await signIn(page, server);
  await openPage(page, '/models');
  const list = page.getByRole('region', { name: 'Models', exact: true });
  await list.getByRole('link', { name: 'latency' }).click();
  await expect(row(page, 'Champions', /^production none/)).toBeVisible();
  const first = await promote(page, 1, 'development');
  await expect(first).toBeHidden();
  await expect(row(page, 'Champions', /^development 1 0\.\d+ \d+/)).toBeVisible();
  await expect(row(page, 'Versions', /^1 champion of development/)).toBeVisible();

  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Train latency' })
    .getByRole('button', { name: 'Train', exact: true })
    .click();
  await expect(page.getByRole('region', { name: 'Training of version 2' })).toBeVisible();
  // Its end is an event, which the page follows.
  await expect(row(page, 'Versions', /^2 candidate/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Training of version 2' })).toBeHidden();
  await expect(page.getByRole('slider', { name: 'Error by version' })).toBeVisible();
  await page.getByLabel('Challenger').selectOption({ label: 'version 2, candidate' });
  await expect(page).toHaveURL(/challenger=2/);
  const compared = page.getByRole('region', { name: 'Compare with the champion' });
  await expect(compared).toContainText('not decided yet');

  await page.getByRole('button', { name: 'Try version 2', exact: true }).click();
  const tried = page.getByRole('dialog', { name: 'Try version 2 of latency' });
  await tried.locator('[name=environment]').selectOption('development');
  await tried.locator('[name=planned_blocks]').fill('24');
  await loadAxe(page);
  expect(await findBarriers(page)).toEqual([]);
  await tried.getByRole('button', { name: 'Start trial' }).click();
  await expect(tried).toBeHidden();
  const trial = page.getByRole('region', { name: 'Trial (A/B test)' });
  await expect(trial).toContainText('2 is tried beside 1, the champion of development');
  await expect(trial).toContainText('0 of 24 blocks of 1 hour');
  await expect(page.getByRole('button', { name: 'Try version 2' })).toHaveAccessibleDescription(
    'A trial runs: stop it first.',
  );
  expect(await findBarriers(page)).toEqual([]);
  await trial.getByRole('button', { name: 'Stop the trial' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop trial' }).click();
  await expect(trial).toContainText('admin ended it.');

  await expect(await promote(page, 2, 'development')).toBeHidden();
  await expect(row(page, 'Champions', /^development 2/)).toBeVisible();
  await page.getByRole('button', { name: 'Roll back development' }).click();
  const back = page.getByRole('dialog', { name: 'Roll development back' });
  await back.getByRole('button', { name: 'Rollback' }).click();
  await expect(back).toBeHidden();
  await expect(row(page, 'Champions', /^development 1/)).toBeVisible();

  const asked = await promote(page, 1, 'production');
  await expect(asked.getByRole('alert')).toContainText('needs the approval of another person');
  expect(await findBarriers(page)).toEqual([]);
  expect(id).toMatch(/^mdl_/);
});

test('a viewer reads the card, and cannot train, promote or export', async ({
  page,
  server,
  seeded,
}) => {
  const made = await server.send('POST', '/api-keys', { name: 'e2e-reader', role: 'viewer' });
  await signIn(page, { ...server, adminKey: String(Object(made).secret) });
  await openPage(page, `/models/${seeded.modelId}`);
  for (const name of [
    'Train',
    'Promote version 1',
    'Try version 1',
    'Export version 1',
    'Stop the trial',
  ]) {
    const button = page.getByRole('button', { name, exact: true });
    await expect(button).toHaveAccessibleDescription(/role|operator/);
  }
  await expect(page.getByRole('button', { name: 'Card of version 1' })).not.toHaveAttribute(
    'aria-disabled',
    'true',
  );
});

test('models of forecasts are narrowed by a link, and open with their backtest', async ({
  signedIn: page,
}) => {
  await openPage(page, '/models');
  const panel = page.getByRole('region', { name: 'Models of forecasts', exact: true });
  await expect(panel.getByRole('link', { name: 'orders_per_minute' })).toBeVisible();
  await panel.getByLabel('Metric').selectOption('queue_length_count');
  await expect(page).toHaveURL(/metric=queue_length_count/);
  await expect(panel.getByRole('link')).toHaveText(['queue_length_count']);
  await panel.getByRole('link').click();
  const dialog = page.getByRole('dialog', { name: 'Forecasts of queue_length_count' });
  await expect(dialog).toContainText(/\d earlier forecasts compared/);
  await expect(dialog).toContainText('It is the first selection.');
  await loadAxe(page);
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).not.toHaveURL(/forecast=/);
});

test('the card of a version is a page with plots and without barriers', async ({
  signedIn: page,
  seeded,
}, info) => {
  await openPage(page, `/models/${seeded.modelId}`);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Card of version 1' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('e2e-latency-1.html');
  const path = info.outputPath('card.html');
  await file.saveAs(path);
  await page.goto(`file://${path}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Model of latency_seconds');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const name of ['Predicted and actual values', 'Residuals', 'Calibration']) {
      await expect(page.getByRole('img', { name })).toBeVisible();
    }
    await loadAxe(page);
    expect(await findBarriers(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
});
