/**
 * The tests' fixtures: a server for each worker, and a page that fails its test on any message of
 * the browser's console, any error and any report of the content security policy.
 */
import { test as base, expect, type Page } from '@playwright/test';
import { type Seeded, seed } from './seed.ts';
import { startServer, type TestServer } from './start-server.ts';

interface WorkerFixtures {
  readonly server: TestServer;
  readonly seeded: Seeded;
}

interface TestFixtures {
  /** Starts a server of this test alone; it stops at the end, after the page has been closed. */
  readonly begin: (...flags: readonly string[]) => Promise<TestServer>;
  /** Messages that a test expects, such as that of a refused request. */
  readonly expected: RegExp[];
  readonly signedIn: Page;
}

/** `test` with a server behind it. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the parameter
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  seeded: [async ({ server }, use) => use(await seed(server)), { scope: 'worker' }],
  baseURL: async ({ server }, use) => use(server.url),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the parameter
  expected: async ({}, use) => use([]),
  page: async ({ page, expected }, use) => {
    const found: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) found.push(message.text());
    });
    page.on('pageerror', (error) => found.push(String(error)));
    page.on('response', (response) => {
      if (response.status() >= 500) found.push(`${response.status()} ${response.url()}`);
    });
    await use(page);
    const surprises = found.filter((text) => !expected.some((pattern) => pattern.test(text)));
    expect(surprises).toEqual([]);
  },
  begin: async ({ page }, use) => {
    const started: TestServer[] = [];
    await use(async (...flags) => {
      const server = await startServer(...flags);
      started.push(server);
      return server;
    });
    // A page that still asks would complain of a server that is away.
    await page.close();
    await Promise.all(started.map((server) => server.stop()));
  },
  signedIn: async ({ page, server, seeded: _seeded }, use) => {
    await signIn(page, server);
    await use(page);
  },
});

/** Signs in as the sign-in page does, and opens the overview. */
export async function signIn(page: Page, { url, adminKey }: TestServer): Promise<void> {
  const headers = { origin: url };
  const data = { api_key: adminKey };
  const answer = await page.context().request.post(`${url}/sign-in`, { headers, data });
  expect(answer.ok()).toBe(true);
  await page.goto(`${url}/dashboard/`);
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
}

/** Opens a page as its menu does: without a reload. */
export async function openPage(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    window.history.pushState({}, '', `/dashboard${to}`);
    window.dispatchEvent(new PopStateEvent('popstate'));
  }, path);
}
