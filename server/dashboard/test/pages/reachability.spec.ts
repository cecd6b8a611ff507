/** Reachability: the question is in the address, the answer names the rule. */
import { expect } from '@playwright/test';
import { test } from '../support/fixtures.ts';

test('says whether one VM reaches another, and why', async ({ signedIn: page, seeded }) => {
  await page.goto('/dashboard/networks');
  await expect(page.getByRole('heading', { level: 1, name: 'Networks' })).toBeVisible();
  await page.getByRole('link', { name: 'Reachability' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Reachability' })).toBeFocused();
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText(/is needed, or addresses/)).toBeVisible();
  await page.getByLabel(/^From vm/i).selectOption(String(seeded.vmIds[0]));
  await page.getByLabel(/^To vm/i).selectOption(String(seeded.vmIds[1]));
  await page.getByLabel(/^Protocol/).selectOption('tcp');
  await page.getByLabel(/^Port/).fill('443');
  await page.keyboard.press('Enter');
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect(answer.getByText('✓reaches it')).toBeVisible();
  await expect(page).toHaveURL(/port=443/);
  await page.reload();
  await expect(answer.getByText('✓reaches it')).toBeVisible();
  await answer.getByText('As a command').click();
  await expect(answer.getByText(/novacron network reachability .*--port 443/)).toBeVisible();
});
