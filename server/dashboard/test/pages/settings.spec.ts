/** Settings are changed while the server runs, and sessions are ended. */
import { expect } from '@playwright/test';
import { test } from '../support/fixtures.ts';

test('a setting is changed, and goes back to the configuration', async ({
  signedIn: page,
  expected,
}) => {
  // What is out of range is refused by the server.
  expected.push(/status of 400/);
  await page.goto('/dashboard/settings');
  await page.getByRole('button', { name: 'Change retention-events' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change retention-events' });
  await dialog.getByRole('textbox').fill('1h');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('from 1d to 3650d');
  await dialog.getByRole('textbox').fill('14d');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  const row = page.getByRole('row', { name: /^retention-events/ });
  await expect(row).toContainText('14d');
  await expect(row).toContainText('30d (replaced)');
  await row.getByRole('button').click();
  await dialog.getByRole('button', { name: 'Back to 30d' }).click();
  await expect(row).toContainText('30d (default)');
});
