/** The dashboard at the end of the demo: its address, and a key that is proven to open it. */
import { once } from 'node:events';
import { expectFact } from './commands.mjs';
import { printText } from './screen.mjs';

/**
 * Prints address and key, and signs in with them as the sign-in page does.
 * @param {{ url: string, apiKey: string }} server
 */
export async function showDashboard({ url, apiKey }) {
  const address = `${url}/dashboard/`;
  printText(`   Address: ${address}`);
  printText(`   Key:     ${apiKey}`);
  const page = await fetch(address);
  const html = await page.text();
  expectFact(page.ok && html.includes('NovaCron'), 'the server serves it', html);
  const signedIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: apiKey }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  expectFact(signedIn.ok, 'the key signs in', await signedIn.text());
  const asked = await fetch(`${url}/api/v2/session`, { headers: { cookie } });
  const caller = await asked.text();
  expectFact(asked.ok && JSON.parse(caller).role === 'admin', 'as an admin', caller);
}

/** Waits until Enter is pressed, or the input ends. */
export async function waitForEnter() {
  printText('\nThe server stays until you press Enter.');
  process.stdin.resume();
  await Promise.race([once(process.stdin, 'data'), once(process.stdin, 'end')]);
  process.stdin.pause();
}
