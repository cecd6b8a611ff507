/** Back and Forward between resources of one kind: what is open belongs to one of them. */
import { expect, type Page } from '@playwright/test';
import { openPage, test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

async function makePolicy(server: TestServer, name: string): Promise<string> {
  const made = await server.send('POST', '/policies', {
    name,
    type: 'compliance',
    enforcement_mode: 'warn',
    enabled: false,
    rule: `package novacron\n\n# The rule of ${name}.\nwarn contains "${name}" if false\n`,
  });
  return String(Object(Object(made).resource).id);
}

test('Back closes a dialog: it never turns onto another VM', async ({ signedIn: page, seeded }) => {
  const [first, second] = seeded.vmIds;
  await openPage(page, `/vms/${second}`);
  await expect(heading(page, 'e2e-web-02')).toBeVisible();
  await openPage(page, `/vms/${first}`);
  await expect(heading(page, 'e2e-web-01')).toBeVisible();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Stop e2e-web-01' })).toBeVisible();
  await page.goBack();
  await expect(heading(page, 'e2e-web-02')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the page of a policy shows its own rule, and its name can be changed alone', async ({
  signedIn: page,
  server,
}) => {
  const first = await makePolicy(server, 'e2e back a');
  const second = await makePolicy(server, 'e2e back b');
  const editor = page.getByRole('textbox', { name: 'Rule in Rego' });
  const save = page.getByRole('button', { name: 'Save as a new version' });
  await openPage(page, `/policies/${first}`);
  await expect(editor).toContainText('The rule of e2e back a');
  await openPage(page, `/policies/${second}`);
  await expect(editor).toContainText('The rule of e2e back b');
  await page.goBack();
  await expect(heading(page, 'e2e back a')).toBeVisible();
  await expect(editor).toContainText('The rule of e2e back a');
  await expect(save).toHaveAccessibleDescription('Nothing has changed.');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('e2e back renamed');
  await page.getByRole('combobox', { name: 'Type', exact: true }).selectOption('data-governance');
  await save.click();
  await expect(heading(page, 'e2e back renamed')).toBeVisible();
  const stored = Object(await server.send('GET', `/policies/${first}`));
  expect([stored.name, stored.type]).toEqual(['e2e back renamed', 'data-governance']);
});
