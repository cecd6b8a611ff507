/** Starts the services of the compose file, as docs/how-to/run-in-containers.md does. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitHealthy } from './await-healthy.mjs';
import { buildStandIn } from './open-containers.mjs';

const PROJECT = 'novacron-test';
const SERVER = `${PROJECT}_server_1`;

/** What the official image does at its start, as far as the file uses it. */
const POSTGRES_START = `#!/bin/sh
set -e
data=/var/lib/postgresql/data
as_postgres="setpriv --reuid=postgres --regid=postgres --clear-groups"
bin=$(echo /usr/lib/postgresql/*/bin)
chown postgres:postgres "$data"
chmod 0700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  $as_postgres "$bin/initdb" --pgdata="$data" --username="$POSTGRES_USER" \\
    --pwfile="$POSTGRES_PASSWORD_FILE" --auth=scram-sha-256 --encoding=UTF8 --no-locale
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB" |
    $as_postgres "$bin/postgres" --single -D "$data" postgres
fi
exec $as_postgres "$bin/postgres" -D "$data" -c listen_addresses='*'
`;

/**
 * @param {{ containers: ReturnType<typeof import('./open-containers.mjs').openContainers>,
 *   context: string, directory: string, image: string, say: (text: string) => void }} task -
 * `context` contains the file; `image` is the tag of the server's
 */
export async function runCompose({ containers, context, directory, image, say }) {
  const tags = execFileSync('sed', ['-nE', 's/^ *image: (docker.io.*)/\\1/p', 'compose.yaml'], {
    cwd: context,
    encoding: 'utf8',
  });
  const [postgres, nats] = tags.trim().split('\n');
  say(`  ${postgres} and ${nats} are made of Debian's packages, too`);
  buildServices({ containers, postgres, nats, directory });
  const folder = join(directory, 'compose');
  mkdirSync(join(folder, 'secrets'), { recursive: true, mode: 0o700 });
  cpSync(join(context, 'compose.yaml'), join(folder, 'compose.yaml'));
  writeSecrets(join(folder, 'secrets'));
  const podman = join(directory, 'podman');
  writeFileSync(podman, `#!/bin/sh\nexec podman ${containers.store.join(' ')} "$@"\n`, {
    mode: 0o755,
  });
  const compose = (...words) =>
    execFileSync(
      'podman-compose',
      [`--podman-path=${podman}`, `--project-name=${PROJECT}`, ...words],
      { cwd: folder, env: { ...containers.env, NOVACRON_IMAGE: image }, stdio: 'pipe' },
    );
  compose('up', '--detach', '--no-build');
  try {
    await awaitHealthy('http://127.0.0.1:7480/readyz');
    usesServices(containers.podman);
  } catch (cause) {
    throw new Error(`${cause.message}\n${containers.tryPodman('logs', SERVER).output}`);
  } finally {
    compose('down', '--volumes');
  }
}

/** One Debian has the programs of both. */
function buildServices({ containers, postgres, nats, directory }) {
  const start = join(directory, 'start-postgres');
  writeFileSync(start, POSTGRES_START);
  buildStandIn(containers, {
    tag: postgres,
    directory: join(directory, 'postgres'),
    packages: ['nats-server', 'postgresql'],
    files: { start },
    steps: 'COPY --chmod=0755 start /start\nENTRYPOINT ["/start"]\n',
  });
  const folder = join(directory, 'nats');
  mkdirSync(folder);
  const steps = `FROM ${postgres}\nENTRYPOINT ["/usr/sbin/nats-server"]\n`;
  writeFileSync(join(folder, 'Dockerfile'), steps);
  containers.build(folder, nats);
}

/** The commands of the guide. */
function writeSecrets(folder) {
  execFileSync(
    'sh',
    [
      '-ec',
      `openssl rand -hex 24 > postgres-password
      echo "postgres:5432:novacron:novacron:$(cat postgres-password)" > pgpass
      chmod 0444 postgres-password
      chmod 0400 pgpass
      chown 10001:10001 pgpass`,
    ],
    { cwd: folder },
  );
}

/** The server has its store in PostgreSQL, and neither secret in its environment. */
function usesServices(podman) {
  const program = JSON.parse(
    podman('inspect', '--format={{json .Config.Entrypoint}}', SERVER).replace(/^"(.*)"$/, '["$1"]'),
  );
  const words = program.flatMap((word) => word.split(' '));
  const shown = podman('exec', SERVER, ...words, 'config', 'show', '--output=json');
  const environment = podman('exec', SERVER, 'env');
  if (!shown.includes('postgres:5432') || !shown.includes('nats:4222')) throw new Error(shown);
  if (/POSTGRES_PASSWORD|PGPASSWORD/.test(environment)) throw new Error(environment);
}
