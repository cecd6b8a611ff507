/** Two people who change the same resource: no change of either is undone without a word. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import { paste } from '../support/paste.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const NEWER = 'It was changed while you were writing';
const RULE = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '0.0.0.0/0',
};

/** Makes a resource. @returns its id */
async function make(
  server: { readonly send: (method: string, path: string, body: object) => Promise<unknown> },
  path: string,
  body: object,
): Promise<string> {
  return String(Object(Object(await server.send('POST', path, body)).resource).id);
}

for (const isPaused of [false, true]) {
  const how = isPaused ? 'that no event has shown' : 'that an event has shown';
  test(`an open form keeps the firewall rule of another ${how}`, async ({
    signedIn: page,
    server,
    expected,
  }) => {
    if (isPaused) expected.push(/status of 412/);
    const name = `e2e-two-${isPaused ? 'paused' : 'live'}`;
    const id = await make(server, '/security-groups', { name, rules: [] });
    await openPage(page, `/security-groups/${id}`);
    await expect(heading(page, name)).toBeVisible();
    if (isPaused) await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: `Update ${name}` });
    await dialog.locator('[name=description]').fill('written by Alice');
    await server.send('PATCH', `/security-groups/${id}`, { rules: [RULE] });
    const update = dialog.getByRole('button', { name: 'Update', exact: true });
    if (isPaused) await update.click();
    await expect(dialog.getByRole('alert')).toContainText(NEWER);
    await expect(dialog.getByRole('row', { name: /^Rules/ })).toContainText('takes it over');
    await expect(update).toHaveAccessibleDescription(/choose first which version/);
    await dialog.getByRole('button', { name: 'Continue from the newer state' }).click();
    await expect(dialog.locator('[name=description]')).toHaveValue('written by Alice');
    await expect(dialog.locator('[name=rules]')).toHaveValue(/"22"/);
    await update.click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const stored = Object(await server.send('GET', `/security-groups/${id}`));
    expect(stored.description).toBe('written by Alice');
    expect(stored.rules).toHaveLength(1);
  });
}

test('the text of a policy stays in the editor while others change the policy', async ({
  signedIn: page,
  server,
}) => {
  const rule = 'package novacron\n\nwarn contains "the first text" if false\n';
  const wanted = { name: 'e2e two people', type: 'compliance', enforcement_mode: 'warn', rule };
  const id = await make(server, '/policies', wanted);
  const editor = page.getByRole('textbox', { name: 'Rule in Rego' });
  const save = page.getByRole('button', { name: 'Save as a new version' });
  await openPage(page, `/policies/${id}`);
  await expect(editor).toContainText('the first text');
  await server.send('PATCH', `/policies/${id}`, { rule: rule.replace('first', 'second') });
  // Who has typed nothing sees the rule as it is.
  await expect(editor).toContainText('the second text');
  await editor.press('Control+End');
  await editor.pressSequentially('# Typed by Alice.');
  await server.send('PATCH', `/policies/${id}`, { priority: 200 });
  await expect(page.getByText('200', { exact: true })).toBeVisible();
  await expect(editor).toContainText('# Typed by Alice.');
  await expect(page.getByText(NEWER)).toHaveCount(0);
  await server.send('PATCH', `/policies/${id}`, { rule: rule.replace('first', 'third') });
  await expect(page.getByText(NEWER)).toBeVisible();
  await expect(editor).toContainText('# Typed by Alice.');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const compared = page.getByRole('dialog', { name: 'Version 2 and version 3' });
  await expect(compared).toContainText('the third text');
  await page.keyboard.press('Escape');
  await expect(save).toHaveAccessibleDescription(/choose first which version/);
  await page.getByRole('button', { name: 'Continue from the newer state' }).click();
  await save.click();
  await expect(page.getByText(NEWER)).toHaveCount(0);
  await expect(save).toHaveAccessibleDescription('Nothing has changed.');
  const stored = Object(await server.send('GET', `/policies/${id}`));
  expect([stored.rule.includes('# Typed by Alice.'), stored.priority]).toEqual([true, 200]);
});

test('two tabs edit one document: one sees what the other has saved, and keeps its own', async ({
  signedIn: page,
  server,
}) => {
  const steps = Array.from(
    { length: 30 },
    (_each, index) => `  - { id: pause-${index}, wait: 1s }`,
  );
  const text = ['name: e2e-two-tabs', 'steps:', ...steps, ''].join('\n');
  const id = await make(server, '/workflows', { text });
  const other = await page.context().newPage();
  await other.goto(`${server.url}/dashboard/workflows/${id}`);
  await openPage(page, `/workflows/${id}`);
  for (const tab of [page, other]) {
    await tab.getByRole('button', { name: 'Update', exact: true }).click();
  }
  const editorOf = (tab: Page) => tab.getByRole('dialog').locator('.cm-content[name=text]');
  const update = (tab: Page) =>
    tab.getByRole('dialog').getByRole('button', { name: 'Update', exact: true });
  await paste(editorOf(page), text.replace('pause-0, wait: 1s', 'pause-0, wait: 7s'));
  await paste(editorOf(other), text.replace('pause-29, wait: 1s', 'pause-29, wait: 9s'));
  await update(other).click();
  await expect(other.getByRole('dialog')).toHaveCount(0);
  const notice = page.getByRole('dialog').getByRole('alert');
  await expect(notice).toContainText(NEWER);
  await expect(notice.getByRole('row', { name: /^Text/ })).toContainText('pause-29, wait: 9s');
  await expect(update(page)).toHaveAccessibleDescription(/choose first which version/);
  await expect(editorOf(page)).toContainText('pause-0, wait: 7s');
  await notice.getByRole('button', { name: 'Continue from the newer state' }).click();
  await expect(editorOf(page)).toContainText('pause-0, wait: 7s');
  await update(page).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  for (const [version, words] of [
    [2, 'wait: 9s'],
    [3, 'wait: 7s'],
  ]) {
    const stored = Object(await server.send('GET', `/workflows/${id}?at_version=${version}`));
    expect(stored.text).toContain(words);
  }
  await other.close();
});

for (const isPaused of [false, true]) {
  const how = isPaused ? 'that no event has shown' : 'that an event has shown';
  test(`two tabs edit one rule in Rego: the second saves nothing over a version ${how}`, async ({
    signedIn: page,
    server,
    expected,
  }) => {
    if (isPaused) expected.push(/status of 412/);
    const rule = 'package novacron\n\n# First line.\n\n# Last line.\nwarn contains "w" if false\n';
    const wanted = {
      name: `e2e two tabs ${isPaused}`,
      type: 'compliance',
      enforcement_mode: 'warn',
    };
    const id = await make(server, '/policies', { ...wanted, rule });
    const other = await page.context().newPage();
    await other.goto(`${server.url}/dashboard/policies/${id}`);
    await openPage(page, `/policies/${id}`);
    const editorOf = (tab: Page) => tab.getByRole('textbox', { name: 'Rule in Rego' });
    const saveOf = (tab: Page) => tab.getByRole('button', { name: 'Save as a new version' });
    for (const tab of [page, other]) await expect(editorOf(tab)).toContainText('First line.');
    if (isPaused) await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await paste(editorOf(page), rule.replace('First line.', 'Written in this tab.'));
    await paste(editorOf(other), rule.replace('Last line.', 'Written in the other tab.'));
    await saveOf(other).click();
    await expect(saveOf(other)).toHaveAccessibleDescription('Nothing has changed.');
    if (isPaused) await saveOf(page).click();
    await expect(page.getByText(NEWER)).toBeVisible();
    await expect(editorOf(page)).toContainText('Written in this tab.');
    await expect(saveOf(page)).toHaveAccessibleDescription(/choose first which version/);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    const compared = page.getByRole('dialog', { name: 'Version 1 and version 2' });
    await expect(compared).toContainText('Written in the other tab.');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Continue from the newer state' }).click();
    await expect(editorOf(page)).toContainText('Written in this tab.');
    await saveOf(page).click();
    await expect(page.getByText(NEWER)).toHaveCount(0);
    await expect(saveOf(page)).toHaveAccessibleDescription('Nothing has changed.');
    const diff = await server.send('GET', `/policies/${id}/diff?from_version=2&to_version=3`);
    expect(JSON.stringify(diff)).toContain('Written in this tab.');
    expect(JSON.stringify(diff)).toContain('Written in the other tab.');
    await other.close();
    await server.send('DELETE', `/policies/${id}`);
  });
}

test('a tab shows nothing of its user once another person has signed in beside it', async ({
  page,
  context,
  begin,
  expected,
}) => {
  // What the tab has asked for meanwhile is refused: its session has ended.
  expected.push(/status of 401/);
  const server = await begin();
  await server.send('POST', '/networks', { name: 'e2e-mine', cidr: '10.91.0.0/24' });
  const { resource } = Object(await server.send('POST', '/tenants', { name: 'e2e-other' }));
  const key = { name: 'e2e-other', role: 'admin', tenant: resource.name };
  const { secret } = Object(await server.send('POST', '/api-keys', key));
  await signIn(page, server);
  await openPage(page, '/networks');
  const mine = page.getByRole('link', { name: 'e2e-mine' });
  await expect(mine).toBeVisible();
  const headers = { origin: server.url };
  const data = { api_key: String(secret) };
  expect((await context.request.post(`${server.url}/sign-in`, { headers, data })).ok()).toBe(true);
  await expect(heading(page, 'Sign in to NovaCron')).toBeVisible();
  await expect(mine).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('of e2e-other')).toBeVisible();
  await expect(heading(page, 'Networks')).toBeVisible();
  await expect(mine).toHaveCount(0);
});
