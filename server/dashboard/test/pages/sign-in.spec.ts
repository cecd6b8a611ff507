/** Sign-in with a key, the session in its cookie, and its end. */
import { expect, type Page } from '@playwright/test';
import { signIn, test } from '../support/fixtures.ts';
import { startIssuer } from '../support/start-issuer.ts';

/** Message of Chromium about an answer that the tests provoke. */
const REFUSED = /status of 401/;

async function enterKey(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.keyboard.press('Enter');
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

test('a key opens the page that was asked for, and a reload keeps the session', async ({
  page,
  server,
  expected,
}) => {
  expected.push(REFUSED);
  await page.goto('/dashboard/networks?search=none');
  await expect(heading(page, 'Sign in to NovaCron')).toBeVisible();
  await enterKey(page, 'not-a-key');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('API key')).toBeFocused();
  await enterKey(page, server.adminKey);
  await expect(heading(page, 'Networks')).toBeVisible();
  expect(page.url()).toBe(`${server.url}/dashboard/networks?search=none`);
  await page.reload();
  await expect(heading(page, 'Networks')).toBeVisible();
  const kept = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])';
  expect(await page.evaluate(kept)).not.toContain(server.adminKey);
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
});

test('signing out ends the session at the server', async ({ signedIn: page, expected }) => {
  expected.push(REFUSED);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'Sign in to NovaCron')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in to NovaCron')).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
});

test('a session that is revoked leads to the sign-in page, and back', async ({
  signedIn: page,
  server,
  expected,
}) => {
  expected.push(REFUSED);
  await page.goto('/dashboard/networks');
  await expect(page.getByText('✓Live')).toBeVisible();
  const { items } = Object(await server.send('GET', '/sessions'));
  for (const { id } of items) await server.send('POST', `/sessions/${id}/revoke`, {});
  await expect(heading(page, 'Sign in to NovaCron')).toBeVisible();
  await expect(page.getByText(/has ended/)).toBeVisible();
  await enterKey(page, server.adminKey);
  await expect(heading(page, 'Networks')).toBeVisible();
});

test('a write has the token of the session', async ({ signedIn: page }) => {
  await page.goto('/dashboard/networks/new');
  await page.getByLabel('Name', { exact: false }).first().fill('e2e-token');
  await page.getByLabel('CIDR', { exact: false }).first().fill('10.91.0.0/24');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'e2e-token')).toBeVisible();
});

test('a warning comes before the session ends, and it can be extended', { tag: '@waits' }, async ({
  page,
  begin,
}) => {
  const server = await begin('--session-idle', '1m');
  await signIn(page, server);
  const warning = page.getByRole('dialog', { name: 'Your session is about to end' });
  await expect(warning).toBeVisible({ timeout: 60_000 });
  const stay = warning.getByRole('button', { name: 'Stay signed in' });
  await expect(stay).toBeFocused();
  await expect(warning).toContainText(/It ends in \d+ seconds/);
  await stay.click();
  await expect(warning).toBeHidden();
  await expect(heading(page, 'Overview')).toBeVisible();
});

test('where other machines could read the cookie, the page says why one cannot sign in', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(REFUSED, /Cross-Origin-Opener-Policy/);
  const server = await begin('--listen', '0.0.0.0:0', '--insecure-listen');
  await page.goto(`${server.url.replace('0.0.0.0', '127.0.0.1')}/dashboard/`);
  await expect(page.getByText('Browsers cannot sign in here')).toBeVisible();
  await expect(page.getByText('insecure-listen')).toBeVisible();
  await expect(page.getByLabel('API key')).toHaveCount(0);
});

test('an issuer leads back to the page that was asked for, and says why it does not', async ({
  page,
  expected,
  begin,
}) => {
  // The issuer's own pages ask for fonts of another host, and for an icon.
  expected.push(REFUSED, /ERR_NAME_NOT_RESOLVED/, /status of 404/);
  const issuer = await startIssuer('Example <b>staff</b>');
  try {
    const server = await begin(...issuer.flags);
    const link = page.getByRole('link', { name: 'Sign in with Example <b>staff</b>' });
    await page.goto(`${server.url}/dashboard/networks?search=none`);
    await link.click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await expect(page.getByText('refused the sign-in: access_denied')).toBeVisible();
    await page.reload();
    await expect(link).toBeVisible();
    await expect(page.getByText('refused the sign-in')).toHaveCount(0);
    await link.click();
    await page.getByPlaceholder('Enter any login').fill('ada.platform-owners');
    await page.getByPlaceholder('and password').fill('any');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(heading(page, 'Networks')).toBeVisible();
    expect(page.url()).toBe(`${server.url}/dashboard/networks?search=none`);
    await page.goto(`${server.url}/dashboard/sessions`);
    await expect(page.getByText('oidc:ada.platform-owners').first()).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByText('Do you want to sign-out from')).toBeVisible();
  } finally {
    await issuer.stop();
  }
});
