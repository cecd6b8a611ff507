/**
 * Tests the logs of an execution's commands: followed while they run, as text, with secrets masked.
 */
import { expect } from '@playwright/test';
import { findBarriers, loadAxe } from '../support/barriers.ts';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { startRunner, type TestRunner } from '../support/start-runner.ts';

const SECRET = 'correct-horse-battery';
const MARKUP = '<img src=x onerror=alert(1)></script>';

const TEXT = `name: e2e-logs
steps:
  - { id: long, command: [seq, "1", "5000"] }
  - id: follow
    needs: [long]
    command:
      - sh
      - -c
      - 'echo "${MARKUP}"; cat "$TOKEN"; while sleep 1; do echo "round $((n=n+1))"; done'
    secrets: { TOKEN: e2e-token }
    run_on: { site: a }
    retry: { max_attempts: 1 }
`;

let runner: TestRunner;
test.beforeEach(async () => {
  runner = await startRunner();
});
test.afterEach(async ({ page }) => {
  // A page that still asks would complain of what is away.
  await page.close();
  await runner.stop();
});

test('the log of a command is followed while it runs', async ({ page, begin }) => {
  const server = await begin(...runner.flags);
  await runner.join(server);
  const allowed = { workflows: ['e2e-logs'], runner_labels: ['site=a'] };
  await server.send('POST', '/secrets', { name: 'e2e-token', value: SECRET, allowed });
  const { resource } = Object(await server.send('POST', '/workflows', { text: TEXT }));
  const run = await server.send('POST', `/workflows/${resource.id}/run`, { inputs: {} });
  const { id } = Object(run).operation;
  await signIn(page, server);
  await openPage(page, '/runners');
  await expect(page.getByRole('row', { name: /runner-01/ })).toContainText('ready');
  await openPage(page, `/executions/${id}`);
  await tabTo(page, page.getByRole('button', { name: 'follow', exact: true }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Step follow' });
  const log = page.getByRole('log', { name: 'Log of the command' });
  await expect(log).toContainText('round 2');
  await expect(log).toContainText(MARKUP);
  await expect(log).toContainText('***');
  await expect(log.locator('img')).toHaveCount(0);
  expect(await page.content()).not.toContain(SECRET);
  await expect(dialog.getByText('follow#1')).toBeVisible();
  await loadAxe(page);
  expect(await findBarriers(page)).toEqual([]);
  await expect(log).toContainText(/round ([4-9]|\d\d)/);
  expect(page.url()).toContain('step=follow');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Cancel and undo' }).click();
  const row = page.getByRole('row', { name: /^follow/ });
  await expect(row).toContainText('failed');
  await row.getByRole('button', { name: 'follow' }).click();
  await expect(log).toContainText('round 4');
  await expect(dialog.getByText(/^ended/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'long', exact: true }).click();
  await expect(log).toContainText('5000');
  await expect(log).not.toContainText('2999');
  await expect(page.getByText('3,001 lines before them are copied, too.')).toBeVisible();
});
