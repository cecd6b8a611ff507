/** A real Prometheus for tests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../src/wait-until.ts';
import { findProgram } from './find-program.ts';
import { findFreePort, makeOwnedDirectory, startOwnProcess } from './own-process.ts';

const findPrometheus = () =>
  findProgram({ name: 'prometheus', install: 'Prometheus 2.40 or later (Debian: prometheus)' });

/** A Prometheus at work. */
export interface Prometheus {
  readonly url: string;
  /** Returns the log. */
  readonly output: () => string;
  /** Ends it and removes its directory. */
  readonly remove: () => Promise<void>;
}

/**
 * Starts it on a free port.
 * @param configuration - the text of its prometheus.yml
 */
export async function startPrometheus(configuration: string): Promise<Prometheus> {
  const program = findPrometheus();
  const { directory, remove } = makeOwnedDirectory('novacron-prometheus-', undefined);
  const file = join(directory, 'prometheus.yml');
  writeFileSync(file, configuration, { mode: 0o600 });
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const running = startOwnProcess(program, args, { directory, identity: undefined });
  const state = await waitUntil('Prometheus to be ready', async () => {
    if (running.hasEnded()) return 'ended';
    return (await isReady(url)) ? 'ready' : undefined;
  });
  if (state === 'ended') throw new Error(`Prometheus did not start:\n${running.output()}`);
  return {
    url,
    output: () => running.output(),
    remove: async () => {
      await running.kill();
      remove();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok, body } = await fetch(`${url}/-/ready`);
    await body?.cancel();
    return ok;
  } catch {
    return false;
  }
}
