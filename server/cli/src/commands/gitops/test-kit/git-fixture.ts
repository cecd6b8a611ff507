/** Git repositories that tests make, and a server that offers them. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository with a working tree. */
export interface GitFixture {
  readonly directory: string;
  /** Its address, as a file. */
  readonly url: string;
  /** Runs Git in it. */
  readonly git: (...args: readonly string[]) => string;
  /**
   * Commits files; null removes one, `-> target` makes a link.
   * @returns the id of the commit
   */
  readonly commit: (
    files: Readonly<Record<string, string | null>>,
    ...flags: readonly string[]
  ) => string;
  readonly remove: () => void;
}

/** Makes one, with the branch main and without commits. */
export function makeRepository(): GitFixture {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-repository-'));
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    GNUPGHOME: process.env.GNUPGHOME,
    GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'Ann'],
        [`GIT_${who}_EMAIL`, 'ann@novacron.example'],
      ]),
    ),
  };
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: directory, env, encoding: 'utf8', stdio: 'pipe' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'http.uploadpack', 'true');
  git('config', 'uploadpack.allowFilter', 'true');
  return {
    directory,
    url: `file://${directory}`,
    git,
    commit: (files, ...flags) => {
      for (const [path, content] of Object.entries(files)) {
        const file = join(directory, path);
        rmSync(file, { force: true });
        mkdirSync(dirname(file), { recursive: true });
        if (content?.startsWith('-> ')) symlinkSync(content.slice(3), file);
        else if (content !== null) writeFileSync(file, content);
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message=A change', ...flags);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A server that offers a repository over HTTP. */
export interface GitServer {
  /** Address of the repository. */
  readonly url: string;
  /** Address that redirects to another host. */
  readonly redirecting: string;
  /** Users and passwords of requests, as `user:password`. */
  readonly credentials: () => readonly string[];
  readonly stop: () => void;
}

/** Starts one on loopback. Source: git-http-backend(1), as a program of CGI. */
export async function startGitServer(directory: string, password: string): Promise<GitServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    if (given !== '') seen.push(given);
    const { pathname, search } = new URL(request.url ?? '', 'http://localhost');
    if (pathname.startsWith('/away')) {
      const path = pathname.replace('/away', '/repository');
      response.writeHead(301, { location: `http://localhost:${port}${path}${search}` }).end();
    } else if (given.split(':')[1] !== password) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    } else {
      answer({ request, response }, { directory, path: pathname, query: search.slice(1) });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/repository`,
    redirecting: `http://127.0.0.1:${port}/away`,
    credentials: () => seen,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  {
    directory,
    path,
    query,
  }: { readonly directory: string; readonly path: string; readonly query: string },
): void {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path.replace('/repository', '/.git'),
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.once('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf('\r\n\r\n');
    const lines = whole.subarray(0, end).toString().split('\r\n');
    const headers = lines.map((line) => line.split(': '));
    const status = Number.parseInt(headers.find(([name]) => name === 'Status')?.[1] ?? '200', 10);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    response.end(whole.subarray(end + 4));
  });
}
