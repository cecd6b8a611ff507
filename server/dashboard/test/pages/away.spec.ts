/** Servers that are away, or whose store is full, under an open page: it says so, and goes on. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { paste } from '../support/paste.ts';
import type { TestServer } from '../support/start-server.ts';

/** Messages of Chromium when the server is unreachable. */
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

test('a form keeps its text over a crash, and is sent once the server is back @waits', async ({
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

/** A rule that takes a dozen pages of the store. */
const LONG_RULE = `package novacron\nwarn contains "none" if false\n${'# Stored.\n'.repeat(4_000)}`;

/** Stores long rules until one finds no room. */
async function fill(server: TestServer): Promise<void> {
  const enough = 100;
  for (let count = 0; count < enough; count += 1) {
    const wanted = { name: `e2e-fill-${count}`, type: 'compliance', enforcement_mode: 'audit' };
    try {
      await server.send('POST', '/policies', Object.assign({ rule: LONG_RULE }, wanted));
    } catch (cause) {
      expect(String(cause)).toContain('"code":"storage-full"');
      return;
    }
  }
  throw new Error(`The store is not full after ${enough} rules.`);
}

test('a form refused by a full store keeps its text and is sent once there is room @waits', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(AWAY, /50[37]/);
  const server = await begin();
  await signIn(page, server);
  await openPage(page, '/policies/new');
  const name = page.getByLabel('Name', { exact: true });
  const editor = page.locator('.cm-content');
  await name.fill('e2e-full');
  await paste(editor, LONG_RULE);
  await server.kill();
  await server.start('--store-size-mib-max', '1');
  await fill(server);
  const create = page.getByRole('button', { name: 'Create and enable' });
  await create.click();
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toContainText("The server's store is full, so the change was not made.");
  await expect(alert).toContainText('free space on the disk');
  await expect(name).toHaveValue('e2e-full');
  await expect(editor).toContainText('# Stored.');
  const listed = async () => Object(await server.send('GET', '/policies?search=e2e-full')).items;
  expect(await listed()).toEqual([]);
  await server.kill();
  await server.start();
  await create.click();
  await expect(heading(page, 'e2e-full')).toBeVisible();
  expect(await listed()).toHaveLength(1);
});
