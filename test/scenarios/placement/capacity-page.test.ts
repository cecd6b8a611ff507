/**
 * Runs the questions to the server of docs/placement.md on the fleet that it brings along, and
 * compares what they write. With UPDATE_GOLDEN=1 the page is written instead.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { startNovacron } from '@novacron/testing/start-novacron';
import { runInProcess } from '../../../server/cli/src/test-kit/run-in-process.ts';

const PAGE = fileURLToPath(new URL('../../../docs/placement.md', import.meta.url));
const EXAMPLE = /^```console\n\$ (novacron capacity .*)\n[\s\S]*?```$/gm;

test('the answers of a running fleet on the page are those that it gives', async () => {
  const novacron = await startNovacron();
  const env = { NOVACRON_ENDPOINT: novacron.url, NOVACRON_API_KEY: novacron.adminKey };
  const page = readFileSync(PAGE, 'utf8');
  let text = page;
  for (const [block, line = ''] of page.matchAll(EXAMPLE)) {
    const run = await runInProcess(line.split(' ').slice(1), { env });
    const written = `\`\`\`console\n$ ${line}\n${run.stdout}${run.stderr}\`\`\``;
    text = text.replace(block, () => written);
  }
  await novacron.stop();
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, text);
  else expect(text).toBe(page);
});
