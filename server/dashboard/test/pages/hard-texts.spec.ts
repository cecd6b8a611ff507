/** Texts that pages have to bear: markup, right-to-left, emoji, great length, formulas. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { openPage, test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

const MARKUP = '</script><script>alert(1)</script><img src=x onerror=alert(1)>';

/** Names of policies are the freest there are: 128 characters. */
const POLICY_NAMES = [
  `e2e hard ${MARKUP}`,
  'e2e hard قواعد الخادم الرئيسي',
  'e2e hard 🚀 e\u0301',
  `e2e hard ${'w'.repeat(119)}`,
];

const RULE = `package novacron

# </script><script>alert(2)</script>
warn contains "${MARKUP} قواعد 🚀" if {
  input.action == "create_vm"
  input.resource.name == "e2e-hard-warned"
}
`;

const FORMULAS = ['=HYPERLINK("https://x.test","y")', '+1+cmd', '-2+3', '@SUM(A1)'];

/** Values of labels may have 256 characters. */
const LONG = 'v'.repeat(253);

async function makeHard(server: TestServer): Promise<string> {
  for (const name of POLICY_NAMES) {
    const rule = RULE;
    const wanted = { name, type: 'compliance', enforcement_mode: 'warn', enabled: true, rule };
    await server.send('POST', '/policies', wanted);
  }
  for (const [index, description] of FORMULAS.entries()) {
    const wanted = { name: `e2e-hard-${index}`, description, rules: [] };
    await server.send('POST', '/security-groups', wanted);
  }
  const size = { cpu_cores: 1, memory_gb: 2, disk_gb: 10 };
  const metadata = { long: LONG, rtl: 'الرئيسي', markup: MARKUP, formula: '=1+1' };
  const name = `e2e-hard-${'n'.repeat(54)}`;
  const made = await server.send('POST', '/vms', Object.assign({ name, metadata }, size));
  return String(Object(made).resource.id);
}

let vm = '';

test.beforeAll(async ({ server }) => {
  vm = await makeHard(server);
});

/** Nothing of what texts say has become an element, and nothing has run. */
async function expectTextOnly(page: Page): Promise<void> {
  await expect(page.locator('img[src=x], main script, body > script:not([src])')).toHaveCount(0);
}

async function expectNarrow(page: Page): Promise<void> {
  const width: unknown = await page.evaluate('document.documentElement.scrollWidth');
  expect(width).toBe(page.viewportSize()?.width);
}

test('texts stay text and within their boxes, on lists, pages and forms', async ({
  signedIn: page,
}) => {
  page.on('dialog', (dialog) => {
    throw new Error(`A text has run: ${dialog.message()}`);
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await openPage(page, '/policies');
    const list = page.getByRole('table', { name: 'Policies' });
    for (const name of POLICY_NAMES) {
      await expect(list.getByRole('link', { name, exact: true })).toBeVisible();
    }
    await expectTextOnly(page);
    await expectNarrow(page);
    for (const name of POLICY_NAMES) {
      await openPage(page, '/policies');
      await list.getByRole('link', { name, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
      const editor = page.getByRole('textbox', { name: 'Rule in Rego' });
      await expect(editor).toContainText('# </script><script>alert(2)</script>');
      await expectTextOnly(page);
      await expectNarrow(page);
    }
    await openPage(page, `/vms/${vm}`);
    await expect(page.getByText(LONG).first()).toBeVisible();
    await expectTextOnly(page);
    await expectNarrow(page);
  }
});

test('a warning with markup is shown as it was written', async ({ signedIn: page }) => {
  await page.goto('/dashboard/vms/new');
  const wanted = { name: 'e2e-hard-warned', cpu_cores: '1', memory_gb: '2', disk_gb: '10' };
  for (const [field, text] of Object.entries(wanted)) {
    await page.locator(`form [name=${field}]`).fill(text);
  }
  await expect(page.getByText(`${MARKUP} قواعد 🚀`).first()).toBeVisible();
  await expectTextOnly(page);
});

test('cells of an export that would be formulas are texts', async ({ signedIn: page }) => {
  await page.goto('/dashboard/security-groups?search=e2e-hard');
  await expect(page.getByText('4 rows')).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  const text = readFileSync(await file.path(), 'utf8');
  expect(text).toContain(`"'=HYPERLINK(""https://x.test"",""y"")"`);
  for (const formula of FORMULAS.slice(1)) expect(text).toContain(`,'${formula},`);
});
