/** Runs the script of the backup against a real PostgreSQL. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess, startProcess, stopProcess } from '../../demo/processes.mjs';
import { waitUntil } from '../../support/dist/wait-until.js';
import { KUBERNETES } from './render-overlay.mjs';

const SCRIPT = join(KUBERNETES, 'components/replicated/back-up-store.sh');

/** PostgreSQL does not run as root. */
const ACCOUNT = 'postgres';

/** Throws unless a dump restores, old dumps go, and a failed one leaves no whole file. */
export async function backUpStore(directory) {
  const home = join(directory, 'postgres');
  const backups = join(directory, 'backups');
  mkdirSync(home);
  mkdirSync(backups);
  // The way there belongs to root alone.
  chmodSync(directory, 0o711);
  execFileSync('chown', [ACCOUNT, home]);
  const as = (words) => ['setpriv', [`--reuid=${ACCOUNT}`, '--clear-groups', ...words]];
  const env = { ...process.env, HOME: home };
  const init = ['initdb', '-D', join(home, 'data'), '-U', 'novacron', '--auth=trust'];
  execFileSync(...as(init), { env, cwd: home, stdio: 'pipe' });
  const place = ['-k', home, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  const [program, args] = as(['postgres', '-D', join(home, 'data'), ...place]);
  const server = startProcess(program, args, { env, cwd: home });
  const urlOf = (name) => `postgres:///${name}?host=${home}&user=novacron`;
  const ask = (name, sql) =>
    execFileSync('psql', [urlOf(name), '--no-align', '--tuples-only', '--command', sql], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  try {
    await waitUntil('PostgreSQL', async () => ask('postgres', 'select 1'), { timeoutMs: 30_000 });
    ask('postgres', 'create table kept as select 42 as answer');
    const old = join(backups, 'novacron-2020-01-01T00-00-00Z.dump');
    writeFileSync(old, '');
    utimesSync(old, 0, 0);
    await backUp({ url: urlOf('postgres'), directory, backups }, 0);
    const [dump, ...others] = readdirSync(backups);
    if (others.length > 0) throw new Error(`there are more files than the dump: ${others}`);
    ask('postgres', 'create database restored');
    const to = `--dbname=${urlOf('restored')}`;
    execFileSync('pg_restore', [to, join(backups, dump)], { stdio: 'pipe' });
    if (ask('restored', 'select answer from kept') !== '42') throw new Error('a row is missing');
    await backUp({ url: urlOf('absent'), directory, backups }, 1);
    const whole = readdirSync(backups).filter((file) => file.endsWith('.dump'));
    if (whole.length !== 1) throw new Error(`a failed dump left ${whole}`);
  } finally {
    await stopProcess(server, 'SIGINT');
  }
}

async function backUp({ url, directory, backups }, code) {
  const file = join(directory, 'store-url');
  writeFileSync(file, `${url}\n`);
  const { exitCode, output } = await runProcess('sh', [SCRIPT, file, backups], {
    env: process.env,
  });
  if (exitCode !== code) throw new Error(`the backup ended with ${exitCode}: ${output}`);
}
