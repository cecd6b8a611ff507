/** Starts a real OpenID Connect issuer in a process of its own; everyone may sign in there. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(
  import.meta.dirname,
  '../../../../test/integration/test-kit/run-oidc-provider.mjs',
);

/** An issuer that a test has for itself. */
export interface TestIssuer {
  /** Flags of a server that signs browsers in there. */
  readonly flags: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts one on any free port. */
export async function startIssuer(name: string): Promise<TestIssuer> {
  const folder = mkdtempSync(join(tmpdir(), 'novacron-e2e-issuer-'));
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'a-secret-of-the-test');
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((done) => child.once('exit', done));
  const url = await new Promise<string>((done, fail) => {
    child.stdout.once('data', (chunk: Buffer) => done(chunk.toString().trim()));
    child.once('exit', (code) => fail(new Error(`The issuer ended with ${code}.`)));
  });
  const settings = {
    'oidc-issuer': url,
    'oidc-client-id': 'novacron',
    'oidc-client-secret-file': secret,
    'oidc-scopes': 'openid groups',
    'oidc-role-claim': 'groups',
    'oidc-roles': 'platform-owners=admin',
    'oidc-name': name,
  };
  return {
    flags: Object.entries(settings).flatMap(([flag, value]) => [`--${flag}`, value]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
