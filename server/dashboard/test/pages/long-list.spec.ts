/** A list that was scrolled to its end: what a change of it costs the server. */
import { expect } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';

const ROWS = 450;
const BATCH = 50;

test('a change reads the shown pages again, and an export has all rows', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(/WebSocket connection/);
  test.setTimeout(240_000);
  const server = await begin('--rate-limit', '100000');
  const make = (number: number) => {
    const name = `e2e-long-${String(number).padStart(4, '0')}`;
    return server.send('POST', '/security-groups', { name, rules: [] });
  };
  for (let first = 0; first < ROWS; first += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, (_, index) => make(first + index)));
  }
  await signIn(page, server);
  await openPage(page, '/security-groups?sort=name');
  const table = page.getByRole('table', { name: 'Security groups' });
  const box = page.getByRole('group', { name: 'Security groups' });
  const scrollToEnd = (name: string) =>
    expect(async () => {
      await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await expect(table.getByRole('link', { name })).toBeVisible({ timeout: 100 });
    }).toPass({ timeout: 60_000, intervals: [50] });
  await scrollToEnd('e2e-long-0449');
  let reads = 0;
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === 'GET' && pathname === '/api/v2/security-groups') reads += 1;
  });
  await make(9_999);
  await scrollToEnd('e2e-long-9999');
  await expect(page.getByText('451 rows', { exact: true })).toBeVisible();
  expect(reads).toBeLessThan(4);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).toString().trim().split('\r\n')).toHaveLength(452);
  await expect(page.getByText('451 rows exported').first()).toBeVisible();
});
