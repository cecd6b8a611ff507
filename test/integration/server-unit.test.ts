/** The unit of the server's Debian package under a real systemd: its limits let the server work. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type SystemdLab, startSystemd } from '../../server/agent/src/test-kit/systemd-lab.ts';
import { waitUntil } from '../support/src/wait-until.ts';

const UNIT = 'novacron-orchestration.service';
const DEPLOY = resolve(__dirname, '../../server/deploy/packages/novacron-orchestration');
const PROGRAM = resolve(__dirname, '../../server/cli/bin/novacron.mjs');

let systemd: SystemdLab;
let directory: string;

beforeAll(async () => {
  systemd = await startSystemd();
  directory = mkdtempSync(join(tmpdir(), 'nsu-'));
  chmodSync(directory, 0o777);
  copyFileSync(join(DEPLOY, UNIT), join(systemd.unitDir, UNIT));
  const dropIns = join(systemd.unitDir, `${UNIT}.d`);
  mkdirSync(dropIns);
  // What differs from an installed server: where it is, its user and data, and a log for the test.
  writeFileSync(
    join(dropIns, 'test.conf'),
    `[Service]\nExecStart=\nExecStart=${process.execPath} ${PROGRAM} server\n` +
      'User=daemon\nGroup=daemon\nStateDirectory=\n' +
      `Environment=NOVACRON_DATA_DIR=${join(directory, 'data')} NOVACRON_LISTEN=127.0.0.1:0\n` +
      `BindPaths=${directory}\nReadWritePaths=${directory}\n` +
      `StandardOutput=file:${join(directory, 'output')}\n` +
      `StandardError=file:${join(directory, 'log')}\n`,
  );
});
afterAll(async () => {
  await systemd.remove();
  rmSync(directory, { recursive: true, force: true });
});

test('starts a server that answers and stops in peace', async () => {
  systemd.systemctl('start', UNIT);
  const address = await waitUntil(
    'the server',
    () => /is ready at (\S+)/.exec(readFileSync(join(directory, 'output'), 'utf8'))?.[1],
  );
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  systemd.systemctl('stop', UNIT);
  const result = systemd.systemctl('show', '--property=Result,ExecMainStatus', UNIT);
  expect(result.trim().split('\n').sort()).toEqual(['ExecMainStatus=0', 'Result=success']);
});
