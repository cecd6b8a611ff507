/** Servers that are away or silent under an open page: what it says, and that it goes on. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

/** What Chromium says of a server that is away. */
const AWAY = /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection/;

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const entry = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });

test('a page that was opened while the server was away is read once it is back @waits', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(AWAY);
  const server = await begin();
  await server.send('POST', '/networks', { name: 'e2e-away', cidr: '10.91.0.0/24' });
  await signIn(page, server);
  // The code of lists is there by then, their rows are not.
  await entry(page, 'Volumes').click();
  await expect(heading(page, 'Volumes')).toBeVisible();
  await server.kill();
  await entry(page, 'Networks').click();
  await expect(page.getByRole('alert')).toContainText('The server does not answer.');
  await server.start();
  await expect(page.getByRole('link', { name: 'e2e-away' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a form keeps its text while the server is killed, and is sent once it is back @waits', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(AWAY);
  const server = await begin();
  const made = { name: 'e2e-away', cidr: '10.91.0.0/24' };
  const { resource } = Object(await server.send('POST', '/networks', made));
  await signIn(page, server);
  await openPage(page, `/networks/${resource.id}`);
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const name = dialog.locator('[name=name]');
  await name.fill('e2e-back');
  await server.kill();
  const update = dialog.getByRole('button', { name: 'Update', exact: true });
  await update.click();
  await expect(dialog.getByRole('alert')).toContainText('The server does not answer.');
  await expect(page.getByText('Reconnecting')).toBeVisible();
  await server.start();
  await expect(page.getByText('✓Live')).toBeVisible();
  await expect(name).toHaveValue('e2e-back');
  await update.click();
  await expect(dialog).toHaveCount(0);
  await expect(heading(page, 'e2e-back')).toBeVisible();
});
