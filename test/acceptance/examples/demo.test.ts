/** The demo: every step does what it should, and its last lines open the dashboard. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, jest, test } from '@jest/globals';

const DEMO = resolve(__dirname, '../../demo/run-demo.mjs');

// A hang detector: it takes 15 seconds on a machine that does nothing else.
jest.setTimeout(480_000);

test('prints where the dashboard is and a key that signs in, until Enter is pressed', async () => {
  const child = spawn(process.execPath, [DEMO, '--stay'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  let printed = '';
  const stays = new Promise<void>((done) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('until you press Enter')) done();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  await Promise.race([stays, ended]);
  const [, address = ''] = /Address: (\S+)\n/.exec(printed) ?? [];
  const [, key = ''] = /Key: +(\S+)\n/.exec(printed) ?? [];
  const page = await fetch(address);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const { origin } = new URL(address);
  const signedIn = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: key }),
  });
  expect(signedIn.status).toBe(200);
  child.stdin.end('\n');
  expect(await ended).toBe(0);
  expect(printed).toContain('Every step did what it should');
});
