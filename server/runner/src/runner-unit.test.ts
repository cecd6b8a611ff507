/** The unit of a runner: systemd understands it, and its variables are flags of the runner. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { findSystemdTools } from '../../../test/support/services/find-systemd-tools.ts';
import { readRunnerConfig } from './config/read-runner-config.ts';

const UNIT = resolve(__dirname, '../../deploy/packages/novacron-runner/novacron-runner.service');

const text = readFileSync(UNIT, 'utf8');

test('systemd finds nothing to warn of in the unit', () => {
  const { analyze } = findSystemdTools();
  const directory = mkdtempSync(join(tmpdir(), 'novacron-unit-'));
  try {
    const copy = join(directory, 'novacron-runner.service');
    // The command is installed with the packages, and not needed here.
    writeFileSync(
      copy,
      text.replace('ExecStart=/usr/bin/novacron', 'ExecStart=/usr/bin/env novacron'),
    );
    const said = execFileSync(analyze, ['verify', '--man=no', '--recursive-errors=no', copy], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(said).toBe('');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('its variables and those of the guide are settings of a runner', () => {
  const own = [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => {
    return [name, value] as const;
  });
  const page = readFileSync(resolve(__dirname, '../../../docs/how-to/run-a-workflow.md'), 'utf8');
  const shown = [...page.matchAll(/^(NOVACRON_RUNNER_\w+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  // A file of a host.
  const settings = [...own, ...shown].filter(([name]) => !name.endsWith('_CA'));
  expect(shown.length).toBeGreaterThan(3);
  const read = readRunnerConfig([], Object.fromEntries(settings));
  if (!read.ok || read.value.kind !== 'start') throw new Error(JSON.stringify(read));
  expect(read.value.config).toMatchObject({
    dataDir: '/var/lib/novacron-runner',
    name: 'runner-01',
    labels: { site: 'berlin' },
  });
});
