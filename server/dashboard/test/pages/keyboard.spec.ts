/** The main tasks without a pointer: create a VM, drain a node, approve drift, edit a policy. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { tabThrough, tabTo } from '../support/keyboard.ts';
import { makeDriftedVm } from '../support/seed.ts';
import { SHOWN_PAGES } from '../support/shown-pages.ts';

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

/** Follows a link of the menu, which leads to the heading of its page. */
async function openByMenu(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole('navigation').getByRole('link', { name, exact: true }));
  await page.keyboard.press('Enter');
  await expect(heading(page, name)).toBeFocused();
}

test('creating a VM, with its place shown before', async ({ signedIn: page, server }) => {
  await page.keyboard.press('Tab');
  await expect(link(page, 'Skip to content')).toBeFocused();
  await openByMenu(page, 'VMs');
  await tabTo(page, link(page, 'Create VM'));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Create VM')).toBeFocused();
  const wanted = { name: 'e2e-keys', cpu_cores: '2', memory_gb: '4', disk_gb: '20' };
  for (const [field, text] of Object.entries(wanted)) {
    await tabTo(page, page.locator(`form [name=${field}]`));
    await page.keyboard.type(text);
  }
  const preview = page.getByRole('region', { name: 'What would happen' });
  await expect(preview.getByText('It would be accepted')).toBeVisible();
  await expect(preview.getByText(/^node-/).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'e2e-keys')).toBeFocused();
  const tasks = page.getByRole('region', { name: 'My operations' });
  await expect(tasks.getByText('succeeded')).toBeVisible();
  const { items } = Object(await server.send('GET', '/vms?search=e2e-keys'));
  expect(items).toMatchObject([{ name: 'e2e-keys', status: 'running', memory_gb: 4 }]);
});

test('draining a node, with its moves shown before', async ({ signedIn: page, server }) => {
  await openByMenu(page, 'Fleet');
  await tabTo(page, page.getByRole('main').getByRole('link', { name: /^node-02/ }));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'node-02')).toBeFocused();
  await tabTo(page, button(page, 'Drain'));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Drain node-02' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button(page, 'Drain')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(/VMs? move: |No VM has to move/)).toBeVisible();
  const drain = dialog.getByRole('button', { name: 'Drain node-02' });
  await tabTo(page, drain);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(
    page.getByRole('main').getByText(/^.?(draining|drained|maintenance)$/),
  ).toBeVisible();
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const statusOf = async () => Object(await server.send('GET', `/nodes/${id}`)).status;
  await expect.poll(statusOf).not.toBe('draining');
  await server.send('POST', `/nodes/${id}/activate`, {});
});

test('approving what another person does about critical drift', async ({ page, server }) => {
  const id = await makeDriftedVm(server, 'e2e-drifted');
  const keyOf = async (name: string) => {
    const key = { name, person: name, role: 'operator' };
    return String(Object(await server.send('POST', '/api-keys', key)).secret);
  };
  const requester = { authorization: `Bearer ${await keyOf('e2e-requester')}` };
  const revert = async (more: object) => {
    const asked = { action: 'revert', ids: [id], ...more };
    const { remediated } = Object(await server.send('POST', '/drift/remediate', asked, requester));
    return remediated[0].outcome;
  };
  expect(await revert({})).toBe('needs-approval');
  await signIn(page, Object.assign({}, server, { adminKey: await keyOf('e2e-voter') }));
  await openByMenu(page, 'Drift');
  const card = page.getByRole('region', { name: /e2e-drifted/ });
  await tabTo(page, card.getByRole('link', { name: 'Approvals', exact: true }));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Approvals')).toBeFocused();
  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'e2e-drifted' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByText(/^set ssh_keys/)).toBeVisible();
  await tabTo(page, button(page, 'Approve'));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Approve e2e-drifted' });
  await tabTo(page, dialog.getByRole('button', { name: 'Approve', exact: true }));
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  expect(await revert({ dry_run: true })).toBe('planned');
});

test('editing a policy, with mistakes shown on the way', async ({ signedIn: page, server }) => {
  await openByMenu(page, 'Policies');
  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'e2e owners' }));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'e2e owners')).toBeFocused();
  const editor = page.getByRole('textbox', { name: 'Rule in Rego' });
  await tabTo(page, editor);
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# By keys.\nwarn contains ');
  await expect(page.getByText('The rule has mistakes')).toBeVisible();
  const save = button(page, 'Save as a new version');
  await tabTo(page, save);
  await expect(save).toHaveAccessibleDescription('Correct the mistakes first.');
  await tabTo(page, editor, 'Shift+Tab');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('"x" if false');
  await expect(page.getByText('✓ The server can read it.')).toBeVisible();
  await tabTo(page, save);
  await page.keyboard.press('Enter');
  await expect(page.getByText('warn, version 2')).toBeVisible();
  await expect(heading(page, 'e2e owners')).toBeFocused();
  const { items } = Object(await server.send('GET', '/policies?search=owners'));
  expect(items[0].rule).toContain('# By keys.\nwarn contains "x" if false');
});

test('the palette opens by a key, finds a VM, and another one from there', async ({
  signedIn: page,
}) => {
  for (const name of ['e2e-web-03', 'e2e-web-04']) {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Page or VM' })).toBeFocused();
    await page.keyboard.type(name);
    await expect(page.getByRole('option', { name })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(heading(page, name)).toBeFocused();
  }
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(heading(page, 'e2e-web-04')).toBeFocused();
});

test('no page holds the keyboard or hides where it is', async ({ signedIn: page, seeded }) => {
  test.setTimeout(240_000);
  for (const { name, path, ready } of SHOWN_PAGES) {
    await openPage(page, path(seeded));
    await ready(page);
    // The heading may be there before the rest of the page.
    await expect(async () => {
      const stops = await tabThrough(page);
      expect(`${name}: ${stops > 0 ? 'controls' : 'none'}`).toBe(`${name}: controls`);
    }).toPass({ timeout: 30_000 });
  }
});

test('the code of a page is loaded when its link has the focus or the pointer', async ({
  signedIn: page,
}) => {
  const menu = page.getByRole('navigation', { name: 'Pages' });
  const isLoaded = (name: string) =>
    page.evaluate(
      (part) => performance.getEntriesByType('resource').some((entry) => entry.name.includes(part)),
      `/${name}-`,
    );
  expect([await isLoaded('drift-page'), await isLoaded('resource-list-page')]).toEqual([
    false,
    false,
  ]);
  await menu.getByRole('link', { name: 'Drift', exact: true }).focus();
  await expect.poll(() => isLoaded('drift-page')).toBe(true);
  await menu.getByRole('link', { name: 'Networks', exact: true }).hover();
  await expect.poll(() => isLoaded('resource-list-page')).toBe(true);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
});
