/** Alerts: raised by a policy, shown on the overview, acknowledged with a note, silenced. */
import { expect, type Page } from '@playwright/test';
import { test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

/** The reconciler of orchestration policies has a round every 15 s. */
const RAISED = { timeout: 60_000 };

const documentOf = (name: string): string =>
  `policy ${name}\n  for vm where tier=web\n  rule r: custom\n` +
  `    then alert severity=critical message="look at ${name}"\n`;

/** A name that no other round of a repeated test has. */
const nameOf = (name: string): string => `${name}-${test.info().repeatEachIndex}`;

/** Raises alerts about the VMs of the seed; returns what takes the policy away again. */
async function raise(server: TestServer, name: string): Promise<() => Promise<unknown>> {
  const made = await server.send('POST', '/orchestration/policies', { document: documentOf(name) });
  const { id } = Object(Object(made).resource);
  return () => server.send('DELETE', `/orchestration/policies/${id}`);
}

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

test('an alert reaches the open overview, and leads to its list', { tag: '@waits' }, async ({
  signedIn: page,
  server,
}) => {
  const remove = await raise(server, nameOf('e2e-overview'));
  const panel = page.getByRole('region', { name: 'Open alerts' });
  await expect(panel.getByText('look at e2e-overview').first()).toBeVisible(RAISED);
  const counts = page.getByRole('list', { name: 'Counts' });
  await expect(counts.getByRole('link', { name: /Alerts/ })).toContainText('open');
  await panel
    .getByRole('link', { name: /look at e2e-overview-\d+ e2e-web-/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'Alerts' })).toBeFocused();
  await expect(page).toHaveURL(/search=e2e-web-.*state=open|state=open.*search=e2e-web-/);
  await remove();
});

test('a person acknowledges an alert with a note, then silences it', { tag: '@waits' }, async ({
  signedIn: page,
  server,
}) => {
  const remove = await raise(server, nameOf('e2e-ack'));
  await page.goto(`/dashboard/alerts?search=${nameOf('e2e-ack')}`);
  const first = row(page, 'e2e-web-01');
  await expect(first).toBeVisible(RAISED);
  await first.getByRole('button', { name: /^Acknowledge/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Acknowledge/ });
  await expect(dialog).toContainText('of e2e-ack');
  await dialog.getByLabel('Note').fill('on my way');
  await dialog.getByText('As a command').click();
  await expect(dialog.getByText(/novacron alert ack alt_\w+ --note 'on my way'/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Ack', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(first).toContainText('acknowledged');
  await expect(first).toContainText('on my way');
  await first.getByRole('button', { name: /^Silence/ }).click();
  await page.getByLabel('Until').fill('2h');
  await page.keyboard.press('Enter');
  await expect(first).toContainText('silenced');
  await page.getByLabel('State').selectOption('silenced');
  await expect(page.getByText('1 row', { exact: true })).toBeVisible();
  await remove();
});

test('what the server refuses is said at its field, and a resolved alert says why', {
  tag: '@waits',
}, async ({ signedIn: page, server, expected }) => {
  expected.push(/status of 400/);
  const remove = await raise(server, nameOf('e2e-resolve'));
  await page.goto(`/dashboard/alerts?search=${nameOf('e2e-resolve')}`);
  const first = row(page, 'e2e-web-01');
  await expect(first).toBeVisible(RAISED);
  await first.getByRole('button', { name: /^Silence/ }).click();
  await page.getByLabel('Until').fill('31d');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/✕ Until is more than 30 days ahead/)).toBeVisible();
  await page.keyboard.press('Escape');
  await remove();
  await expect(first).toContainText('resolved', RAISED);
  const button = first.getByRole('button', { name: /^Acknowledge/ });
  await button.focus();
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(first.getByRole('tooltip').first()).toContainText('It is resolved');
});
