/** Live updates through whatever breaks them: crashes, lost sockets, malformed messages, clocks. */
import { expect, type Page } from '@playwright/test';
import { openPage, signIn, test } from '../support/fixtures.ts';
import type { TestServer } from '../support/start-server.ts';

/** Messages of Chromium while the server is unreachable. */
const AWAY = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/;

/** Keeps the sockets of a page and every position that it is sent. */
const WATCH = `
  window.watched = { sockets: [], positions: [] };
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...parts) {
      super(...parts);
      window.watched.sockets.push(this);
      this.addEventListener('message', ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === 'event') window.watched.positions.push(message.event.position);
      });
    }
  };
`;

async function positionsOf(page: Page): Promise<readonly number[]> {
  return page.evaluate<readonly number[]>('window.watched.positions');
}

/** Positions of all events after one, as the server keeps them. */
async function storedAfter(server: TestServer, position: number): Promise<readonly number[]> {
  const path = `/events?order=oldest&limit=1000&after_position=${position}`;
  const { items } = Object(await server.send('GET', path));
  return items.map((event: { readonly position: number }) => event.position);
}

async function makeNetwork(server: TestServer, name: string, part: number): Promise<void> {
  await server.send('POST', '/networks', { name, cidr: `10.92.${part}.0/24` });
}

const live = (page: Page) => page.getByText('✓Live');

test('after lost sockets and a crash nothing is missed and nothing comes twice', async ({
  page,
  expected,
  begin,
}) => {
  expected.push(AWAY);
  const server = await begin();
  await page.addInitScript(WATCH);
  await signIn(page, server);
  await openPage(page, '/networks');
  await expect(live(page)).toBeVisible();
  await makeNetwork(server, 'e2e-live-0', 0);
  await expect(page.getByRole('link', { name: 'e2e-live-0' })).toBeVisible();
  const [first = 0] = await positionsOf(page);
  for (const part of [1, 2, 3]) {
    await page.evaluate('window.watched.sockets.at(-1).close()');
    await makeNetwork(server, `e2e-live-${part}`, part);
    await expect(page.getByRole('link', { name: `e2e-live-${part}` })).toBeVisible();
  }
  await server.kill();
  await expect(page.getByText('Reconnecting')).toBeVisible();
  await server.start();
  await makeNetwork(server, 'e2e-live-4', 4);
  await expect(live(page)).toBeVisible();
  await expect(page.getByRole('link', { name: 'e2e-live-4' })).toBeVisible();
  await expect
    .poll(async () => JSON.stringify(await positionsOf(page)))
    .toBe(JSON.stringify([first, ...(await storedAfter(server, first))]));
});

test('malformed messages change nothing, and the next event is taken', async ({ page, server }) => {
  await page.addInitScript(WATCH.replace('JSON.parse(data)', '{}'));
  await signIn(page, server);
  await openPage(page, '/networks');
  await expect(live(page)).toBeVisible();
  const malformed = [
    'not json',
    'null',
    '[]',
    '{"type":"event"}',
    '{"type":"event","event":{"position":"nine","type":4}}',
    '{"type":"event","event":{"position":0,"type":"network.create.succeeded","data":null}}',
    '{"type":"heartbeat","position":"far"}',
    '{"type":"from-a-later-release","payload":{}}',
  ];
  for (const data of malformed) {
    const message = `new MessageEvent('message', { data: ${JSON.stringify(data)} })`;
    await page.evaluate(`window.watched.sockets.at(-1).dispatchEvent(${message})`);
  }
  await expect(live(page)).toBeVisible();
  await makeNetwork(server, 'e2e-live-malformed', 20);
  await expect(page.getByRole('link', { name: 'e2e-live-malformed' })).toBeVisible();
});

test('ages are by the clock of the server, whatever the browser says', async ({
  page,
  server,
  seeded,
}) => {
  const dayMs = 86_400_000;
  await page.clock.install({ time: Date.now() + 3 * dayMs });
  await signIn(page, server);
  await openPage(page, `/vms/${seeded.vmIds[0]}`);
  await expect(page.getByRole('heading', { name: 'e2e-web-01' })).toBeVisible();
  const age = page.locator('dd time').first();
  await expect(age).toContainText(/just now|min ago/);
  await page.clock.setSystemTime(Date.now() - 3 * dayMs);
  await openPage(page, '/networks');
  for (const part of [21, 22]) {
    await makeNetwork(server, `e2e-live-${part}`, part);
    await expect(page.getByRole('link', { name: `e2e-live-${part}` })).toBeVisible();
  }
  await expect(page.getByRole('row', { name: /e2e-live-22/ })).toContainText('just now');
});

test('on a slow network pages say that they load, and keep up with events', async ({
  page,
  server,
}) => {
  await signIn(page, server);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const kilobytesPerSecond = 40 * 1024;
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 1_500,
    downloadThroughput: kilobytesPerSecond,
    uploadThroughput: kilobytesPerSecond,
  });
  await openPage(page, '/networks');
  await expect(page.getByRole('status', { name: /^Loading (page|networks)$/i })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Networks' })).toBeVisible();
  for (let part = 30; part < 40; part += 1) await makeNetwork(server, `e2e-slow-${part}`, part);
  await expect(page.getByRole('link', { name: 'e2e-slow-39' })).toBeVisible();
  await expect(page.getByRole('link', { name: /^e2e-slow-/ })).toHaveCount(10);
});

test('a VM leaves the page of its node when it moves', async ({ signedIn: page, server }) => {
  const { items } = Object(await server.send('GET', '/vms?search=e2e-web-05'));
  const [vm] = items;
  const { items: nodes } = Object(await server.send('GET', '/nodes'));
  const node = nodes.find(({ name }: { readonly name: string }) => name === vm.node);
  await openPage(page, `/fleet/${node.id}`);
  const row = page.getByRole('region', { name: 'VMs of this node' }).getByText('e2e-web-05');
  await expect(row).toBeVisible();
  await server.send('POST', `/vms/${vm.id}/migrate`, {});
  await expect(row).toHaveCount(0);
});

test('keys, which are no events, appear in their list', async ({ signedIn: page, server }) => {
  await openPage(page, '/api-keys');
  await expect(page.getByRole('heading', { level: 1, name: 'API keys' })).toBeVisible();
  await server.send('POST', '/api-keys', { name: 'e2e-live-key', role: 'viewer' });
  await expect(page.getByText('e2e-live-key')).toBeVisible();
});
