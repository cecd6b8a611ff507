/**
 * Measures the time from starting the bundled provider to its handshake line, interleaved with a
 * bare Node. Prints medians as JSON lines: node provider/build/measure-start.mjs [repetitions]
 *
 * The provider is started from a folder of its own, as Terraform does: below our package.json Node
 * would take it for a module, which loads slower.
 */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = mkdtempSync(join(tmpdir(), 'novacron-start-'));
const executable = join(installed, 'terraform-provider-novacron');
copyFileSync(join(root, 'dist', 'terraform-provider-novacron'), executable);
const repetitions = Number(process.argv[2] ?? 15);

/** Environment that Terraform sets; any certificate serves as the client's. */
const clientCertificate = execFileSync(
  'openssl',
  ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521', '-nodes'].concat([
    '-keyout',
    '/dev/null',
    '-subj',
    '/CN=localhost',
    '-days',
    '1',
  ]),
  { stdio: ['ignore', 'pipe', 'ignore'] },
).toString();

const env = {
  ...process.env,
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
  PLUGIN_PROTOCOL_VERSIONS: '5,6',
  PLUGIN_CLIENT_CERT: clientCertificate,
};

function timeToFirstOutput(command, args) {
  return new Promise((resolve) => {
    const startedAtMs = performance.now();
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => {
      const durationMs = performance.now() - startedAtMs;
      child.once('exit', () => resolve(durationMs));
      child.kill('SIGTERM');
    });
  });
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const bare = [];
const provider = [];
for (let round = 0; round < repetitions; round += 1) {
  bare.push(await timeToFirstOutput(process.execPath, ['-e', 'console.log(1)']));
  provider.push(await timeToFirstOutput(executable, []));
}
rmSync(installed, { recursive: true });
const [bareMs, providerMs] = [median(bare), median(provider)].map((ms) => Math.round(ms * 10) / 10);
console.log(JSON.stringify({ figure: 'bare-node-start', value: bareMs, unit: 'ms' }));
console.log(JSON.stringify({ figure: 'provider-handshake', value: providerMs, unit: 'ms' }));
const ratio = Math.round((providerMs / bareMs) * 100) / 100;
console.log(
  JSON.stringify({ figure: 'provider-start', value: ratio, unit: 'ratio', peer: 'node' }),
);
