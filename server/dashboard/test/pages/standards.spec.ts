/** Tests requirements of WCAG 2.1 and the ARIA practices beyond axe's checks. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Locator, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules of axe that are no part of WCAG, but that pages are held to. */
const LANDMARKS = `axe.run({ runOnly: ['landmark-unique'] }).then(({ violations }) =>
  violations.flatMap(({ nodes }) => nodes.map(({ html }) => html)))`;

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name });

const boxOf = async (element: Locator) =>
  (await element.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };

const focusedTag = (page: Page) => page.evaluate<string>('document.activeElement.tagName');

test('the reason of a button is pointed at, taken away, and inside of a narrow window', async ({
  signedIn: page,
  seeded,
}) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await openPage(page, `/vms/${seeded.vmIds[0]}`);
  const start = page.getByRole('button', { name: 'Start', exact: true });
  const reason = page.getByRole('tooltip', { name: /this needs it to be stopped/ }).first();
  const widthOf = async () => (await boxOf(reason)).width;
  await start.focus();
  await expect.poll(widthOf).toBeGreaterThan(50);
  const { x, width } = await boxOf(reason);
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(320);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await page.keyboard.press('Escape');
  await expect.poll(widthOf).toBeLessThanOrEqual(1);
  await expect(start).toBeFocused();
  await expect(start).toHaveAccessibleDescription(/this needs it to be stopped/);
  await heading(page, /e2e-web/).focus();
  await start.hover();
  await expect.poll(widthOf).toBeGreaterThan(50);
  const button = await boxOf(start);
  for (let below = 1; below <= 12; below += 1) {
    await page.mouse.move(button.x + 8, button.y + button.height + below);
    expect(await widthOf()).toBeGreaterThan(50);
  }
  await page.keyboard.press('Escape');
  await expect.poll(widthOf).toBeLessThanOrEqual(1);
});

test('the palette shows the option that Enter opens, without colours, too', async ({
  signedIn: page,
}) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Page or VM' });
  await expect(field).toBeFocused();
  const results = page.getByRole('listbox', { name: 'Results' });
  const active = results.getByRole('option', { selected: true });
  for (let presses = 0; presses < 18; presses += 1) {
    await field.press('ArrowDown');
    await expect(active).toBeInViewport({ ratio: 0.9 });
  }
  const outlineOf = (option: Locator) =>
    option.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(await outlineOf(active)).toBe('solid');
  expect(await outlineOf(results.getByRole('option', { selected: false }).first())).toBe('none');
  await field.fill('nothing-has-such-a-name');
  await expect(field).toHaveAttribute('aria-expanded', 'false');
  await expect(page.getByRole('dialog').getByRole('status')).toHaveText('Nothing has this name.');
});

test('what a chart says of a point is pointed at, and Escape takes it away', async ({
  signedIn: page,
}) => {
  await openPage(page, '/placement-decisions');
  const chart = page.getByRole('slider').first();
  const said = chart.getByRole('tooltip');
  await expect(chart).toBeVisible();
  await heading(page, /decisions/i).focus();
  await chart.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await boxOf(chart);
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.move(x + width / 2 + 2, y + height / 2);
  await expect(said).toBeVisible();
  const tip = await boxOf(said);
  await page.mouse.move(tip.x + 10, tip.y + 10, { steps: 12 });
  await expect(said).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(said).toHaveCount(0);
});

test('text follows the size that is set in the browser', async ({ signedIn: page }) => {
  await openPage(page, '/vms');
  const cell = page.getByRole('link', { name: 'e2e-web-01' });
  const sizeOf = () => cell.evaluate((element) => getComputedStyle(element).fontSize);
  expect(await sizeOf()).toBe('14px');
  const row = page.getByRole('row').nth(2);
  const { height } = await boxOf(row);
  // As the setting of the browser does it: the root has another size.
  await page.evaluate("document.documentElement.style.fontSize = '32px'");
  expect(await sizeOf()).toBe('28px');
  expect((await boxOf(row)).height).toBeCloseTo(height * 2, 0);
});

test('no two landmarks of a page have one name', async ({ signedIn: page, seeded }) => {
  await page.evaluate(AXE);
  for (const path of ['/vms', '/operations', '/audit', '/roles', `/vms/${seeded.vmIds[0]}`]) {
    await openPage(page, path);
    await expect(page.getByRole('table').first()).toBeVisible();
    expect(await page.evaluate(LANDMARKS)).toEqual([]);
  }
});

test('the documentation of the API has no barriers', async ({ page, server, expected }) => {
  // Chromium asks for an icon, which the page does not have.
  expected.push(/status of 401/);
  await page.goto(`${server.url}/docs`);
  await expect(page.getByRole('heading', { level: 2, name: 'Operations' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Server' })).toBeVisible();
  await page.evaluate(AXE);
  const tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']";
  const found = `axe.run({ runOnly: ${tags} }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`;
  expect(await page.evaluate(found)).toEqual([]);
});

test('a row that has the focus keeps it when it is scrolled away', async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 1_000, height: 500 });
  // Other tests have made VMs, too: without a search, the last row is not known.
  await openPage(page, '/vms?search=e2e-web-');
  const link = page.getByRole('link', { name: 'e2e-web-01' });
  await link.focus();
  const box = page.getByRole('group', { name: 'VMs' });
  await box.evaluate((element) => {
    const style = element.style;
    style.maxBlockSize = '120px';
  });
  await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(page.getByRole('link', { name: 'e2e-web-24' })).toBeInViewport();
  await expect(page.getByRole('link', { name: 'e2e-web-08' })).toHaveCount(0);
  await expect(link).toBeFocused();
  await page.keyboard.press('Tab');
  expect(await focusedTag(page)).not.toBe('BODY');
});

test('a secret that was made has the focus, and is announced', async ({ signedIn: page }) => {
  await openPage(page, '/api-keys/new');
  await page.locator('form [name=name]').fill('e2e-standards');
  await page.locator('form [name=role]').fill('viewer');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('group', { name: 'Secret, shown once' })).toBeFocused();
  await expect(page.getByRole('status').getByText('A secret was made')).toBeAttached();
});

test('a session is revoked by a button that says which, and the focus stays in the list', async ({
  signedIn: page,
  server,
}) => {
  for (let count = 0; count < 2; count += 1) {
    const data = { api_key: server.adminKey };
    await fetch(`${server.url}/sign-in`, {
      method: 'POST',
      headers: { origin: server.url, 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
  }
  await openPage(page, '/sessions');
  const revokes = page.getByRole('button', { name: /^Revoke session of .+, begun .+ at .+/ });
  await expect(revokes).not.toHaveCount(0);
  const row = page.getByRole('row').filter({ hasText: 'node' }).first();
  const rows = await page.getByRole('row').filter({ hasText: 'node' }).count();
  await row.getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: /^Revoke session of / });
  await expect(dialog).toContainText('It is the session of');
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: 'node' })).toHaveCount(rows - 1);
  await expect.poll(() => focusedTag(page)).not.toBe('BODY');
});

test('a refusal of the server is brought into view, with the focus', async ({
  signedIn: page,
  expected,
}) => {
  expected.push(/status of 409/);
  await openPage(page, '/vms/new');
  const wanted = { name: 'e2e-web-01', cpu_cores: '1', memory_gb: '1', disk_gb: '5' };
  for (const [field, text] of Object.entries(wanted)) {
    await page.locator(`form [name=${field}]`).fill(text);
  }
  await page.getByText(/further settings/).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const refusal = page.locator('form').getByRole('alert');
  await expect(refusal).toBeInViewport();
  const isFocused = () =>
    refusal.evaluate((element) => element.parentElement === document.activeElement);
  await expect.poll(isFocused).toBe(true);
});

test('placeholders have the colour of other text', async ({ signedIn: page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openPage(page, '/vms');
  const field = page.getByRole('searchbox', { name: 'Search' });
  const colour = await field.evaluate(
    (element) => getComputedStyle(element, '::placeholder').color,
  );
  expect(colour).toBe('rgb(169, 182, 194)');
});

test('the samples of a legend have forced colours, as its chart has', async ({
  signedIn: page,
}) => {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
  await page.getByLabel('Theme').selectOption('dark');
  await openPage(page, '/metrics');
  const sample = page.locator('main li svg').first();
  await expect(sample).toBeVisible();
  const looks = await sample.evaluate((element) => {
    const { stroke, fill } = getComputedStyle(element);
    return { stroke, fill };
  });
  const text = await page
    .getByRole('heading', { level: 1 })
    .evaluate((element) => getComputedStyle(element).color);
  expect(looks).toEqual({ stroke: text, fill: text });
});

test('the loss of the live connection is announced, and its return', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(
    /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/,
  );
  const server = await begin();
  await signIn(page, server);
  await expect(page.getByText('✓Live')).toBeVisible();
  await server.kill();
  const said = page.getByRole('status');
  await expect(said.getByText('The live connection is lost')).toBeAttached();
  await server.start();
  await expect(said.getByText('The live connection is back')).toBeAttached();
});
