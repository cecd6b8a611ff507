/** Compliance: scores, the requirements that have a gap, the checks behind them, their findings. */
import { expect } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

/** Changes are scanned every 15 s. */
const SCANNED = { timeout: 60_000 };

test('a gap leads from the standard to the finding, and to what is wrong', {
  tag: '@waits',
}, async ({ page, begin }) => {
  const server = await begin();
  await server.send('POST', '/security-groups', {
    name: 'e2e-ssh',
    rules: [
      { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '22', cidr: '0.0.0.0/0' },
    ],
  });
  await signIn(page, server);
  await openPage(page, '/compliance');
  await page.getByRole('link', { name: 'PCI DSS' }).press('Enter');
  await expect(page).toHaveURL(/standard=pci-dss/);
  const check = page.getByRole('link', { name: 'NC-NET-001' });
  await expect(check).toBeVisible(SCANNED);
  await expect(page.getByText('A critical check fails, so the score is at most 79')).toBeVisible();
  await page.getByLabel('State').selectOption('gap');
  const requirements = page.getByRole('region', { name: /^Requirements of PCI DSS/ });
  await expect(requirements.getByRole('row', { name: /^1\.4\.2 gap/ })).toBeVisible();
  await check.press('Enter');
  await expect(page).toHaveURL(/check=NC-NET-001/);
  await page.getByRole('link', { name: 'e2e-ssh' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'e2e-ssh' })).toBeFocused();
  const reason = 'the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet';
  await expect(page.getByText(reason, { exact: true })).toBeVisible();
});
