/** The serial console of a VM: a ticket opens it, output is text, a line is answered. */
import { expect } from '@playwright/test';
import { test } from '../support/fixtures.ts';

test('a console is connected, answers what is typed, and is disconnected', async ({
  signedIn: page,
  seeded,
}) => {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`/dashboard/vms/${seeded.vmIds[0]}`);
  await page.getByRole('link', { name: 'Console' }).click();
  await expect(
    page.getByRole('heading', { level: 1, name: 'Console of e2e-web-01' }),
  ).toBeFocused();
  const send = page.getByRole('button', { name: 'Send' });
  await expect(send).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const output = page.getByRole('log', { name: 'Output of the console' });
  await expect(output).toContainText('boot: e2e-web-01 is up');
  await expect(page.getByText('connected by node-')).toBeVisible();
  await page.getByLabel('Line to send').fill('<img src=x onerror=alert(1)>');
  await page.keyboard.press('Enter');
  await expect(output).toContainText('<img src=x onerror=alert(1)>');
  await expect(output.locator('img')).toHaveCount(0);
  expect(dialogs).toEqual([]);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(output).toHaveText('');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByText('not connected')).toBeVisible();
  await page.getByText('As a command').click();
  await expect(page.getByText(/novacron vm console vm_/)).toBeVisible();
});

test('the console of a VM that does not run says why it cannot be opened', async ({
  signedIn: page,
  server,
  seeded,
}) => {
  const id = String(seeded.vmIds[23]);
  const stopped = await server.send('POST', `/vms/${id}/stop`, {});
  const operation = Object(Object(stopped).operation).id;
  await server.send('GET', `/operations/${operation}/wait?timeout_ms=30000`);
  await page.goto(`/dashboard/vms/${id}/console`);
  const connect = page.getByRole('button', { name: 'Connect', exact: true });
  await connect.focus();
  await expect(connect).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText('only a running VM has a console')).toBeVisible();
  const started = await server.send('POST', `/vms/${id}/start`, {});
  const starting = Object(Object(started).operation).id;
  await server.send('GET', `/operations/${starting}/wait?timeout_ms=30000`);
});
