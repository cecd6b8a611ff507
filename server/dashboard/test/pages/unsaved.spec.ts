/** Tests that input in a form is never discarded without confirmation. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const question = (page: Page) => page.getByRole('dialog', { name: 'Leave without saving?' });

test('a form asks before another page is opened, and not after it was sent', async ({
  signedIn: page,
}) => {
  const menu = page.getByRole('navigation', { name: 'Pages' });
  await menu.getByRole('link', { name: 'Networks', exact: true }).click();
  await page.getByRole('link', { name: 'Create network' }).click();
  const name = page.locator('form [name=name]');
  await name.fill('e2e-unsaved');
  await page.goBack();
  await question(page).getByRole('button', { name: 'Stay' }).click();
  await expect(name).toHaveValue('e2e-unsaved');
  await menu.getByRole('link', { name: 'VMs', exact: true }).click();
  await question(page).getByRole('button', { name: 'Leave' }).click();
  await expect(heading(page, 'VMs')).toBeVisible();
  await menu.getByRole('link', { name: 'Networks', exact: true }).click();
  await page.getByRole('link', { name: 'Create network' }).click();
  // Who chose to leave has left the text, too.
  await expect(name).toHaveValue('');
  await name.fill('e2e-unsaved');
  await page.locator('form [name=cidr]').fill('10.98.0.0/24');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(heading(page, 'e2e-unsaved')).toBeVisible();
  await expect(question(page)).toHaveCount(0);
});

test('a dialog asks before it is closed with text that is not sent', async ({
  signedIn: page,
  seeded,
}) => {
  await openPage(page, `/networks/${seeded.networkId}`);
  const update = page.getByRole('button', { name: 'Update', exact: true });
  const dialog = page.getByRole('dialog', { name: 'Update e2e-net' });
  const asked = page.getByRole('dialog', { name: 'Discard what you have typed?' });
  await update.click();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(asked).toHaveCount(0);
  await update.click();
  const name = dialog.locator('[name=name]');
  await name.fill('not-sent-yet');
  for (const leave of ['Escape', 'Cancel', 'Close']) {
    if (leave === 'Escape') await page.keyboard.press('Escape');
    else await dialog.getByRole('button', { name: leave }).click();
    await expect(asked).toBeVisible();
    await asked.getByRole('button', { name: 'Go on typing' }).click();
    await expect(asked).toHaveCount(0);
    await expect(name).toHaveValue('not-sent-yet');
  }
  await page.keyboard.press('Escape');
  await asked.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(update).toBeFocused();
  await update.click();
  await expect(name).toHaveValue('e2e-net');
  // Chromium closes both dialogs at once where Escape is pressed again: the text stays.
  await name.fill('not-sent-yet');
  await page.keyboard.press('Escape');
  await expect(asked).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await expect(name).toHaveValue('not-sent-yet');
});

test('a reload asks first', async ({ signedIn: page }) => {
  await openPage(page, '/networks/new');
  await page.locator('form [name=name]').fill('e2e-unsaved');
  const asked = page.waitForEvent('dialog');
  const reload = page.evaluate('void window.location.reload()');
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await reload;
  await expect(page.locator('form [name=name]')).toHaveValue('e2e-unsaved');
});

test('the text of a policy is there again after the session has ended', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(/status of 40[13]/, /WebSocket connection/);
  const server = await begin();
  const rule = 'package novacron\n\nwarn contains "the first text" if false\n';
  const made = await server.send('POST', '/policies', {
    name: 'e2e unsaved',
    type: 'compliance',
    enforcement_mode: 'warn',
    rule,
  });
  await signIn(page, server);
  await openPage(page, `/policies/${Object(Object(made).resource).id}`);
  const editor = page.getByRole('textbox', { name: 'Rule in Rego' });
  await expect(editor).toContainText('the first text');
  await editor.press('Control+End');
  await editor.pressSequentially('# Typed by Alice.');
  const { items } = Object(await server.send('GET', '/sessions'));
  await server.send('POST', `/sessions/${items[0].id}/revoke`, {});
  await expect(heading(page, 'Sign in to NovaCron')).toBeVisible();
  await page.getByLabel('API key').fill(server.adminKey);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'e2e unsaved')).toBeVisible();
  await expect(editor).toContainText('# Typed by Alice.');
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await expect(page.getByText('Nothing has changed.')).toBeAttached();
  await page.reload();
  await expect(editor).toContainText('# Typed by Alice.');
});
