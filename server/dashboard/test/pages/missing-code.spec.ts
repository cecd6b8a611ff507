/** Pages whose code the server does not answer any more: it is away, or has another release. */
import { expect, type Page } from '@playwright/test';
import { signIn, test } from '../support/fixtures.ts';

/** Messages of Chromium when the server is unreachable or a file is missing. */
const MISSING = /status of 404|ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection/;

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const entry = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });

test('a page whose code is missing says so within its frame, and is there after a reload', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(MISSING);
  const server = await begin();
  await signIn(page, server);
  await server.kill();
  await entry(page, 'Metrics').click();
  await expect(heading(page, 'This page could not be loaded')).toBeVisible();
  const reload = page.getByRole('button', { name: 'Reload', exact: true });
  await reload.click();
  // The browser would show a page of its own, and the dashboard would be gone.
  await expect(page.getByText('The server does not answer yet')).toBeVisible();
  await entry(page, 'Alerts').click();
  await expect(page).toHaveURL(/\/dashboard\/alerts$/);
  await expect(heading(page, 'This page could not be loaded')).toBeVisible();
  await server.start('--no-dashboard');
  await reload.click();
  await expect(page.getByText('started without its dashboard')).toBeVisible();
  await server.kill();
  await server.start();
  await reload.click();
  await expect(heading(page, 'Alerts')).toBeVisible();
});

test('a page whose code was asked for while the server was away is loaded with it', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(MISSING);
  const server = await begin();
  await signIn(page, server);
  await server.kill();
  const failed = page.waitForEvent('requestfailed', (request) => request.url().includes('assets'));
  await entry(page, 'Metrics').hover();
  await failed;
  await server.start();
  await entry(page, 'Metrics').click();
  await expect(heading(page, 'Metrics')).toBeVisible();
});
