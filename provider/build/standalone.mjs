/**
 * Makes the provider a program that needs no Node beside it: Node itself with the bundle inside,
 * for the kind of machine that this runs on. Source: Node's documentation, "Single executable
 * applications".
 *
 *   node provider/build/standalone.mjs [--outdir provider/dist/standalone]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inject } from 'postject';

/** Name under which Node looks for a program inside its own binary. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const EXECUTABLE_MODE = 0o755;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { values: options } = parseArgs({
  options: { outdir: { type: 'string', default: join(root, 'dist', 'standalone') } },
});

if (process.platform !== 'linux') {
  process.stdout.write('skipped: elsewhere than on Linux the program would have to be signed\n');
  process.exit(0);
}

const directory = mkdtempSync(join(tmpdir(), 'novacron-standalone-'));
const outfile = join(options.outdir, `terraform-provider-novacron_v${version}`);
try {
  rmSync(options.outdir, { recursive: true, force: true });
  mkdirSync(options.outdir, { recursive: true });
  copyFileSync(process.execPath, outfile);
  chmodSync(outfile, EXECUTABLE_MODE);
  // A warning of the injector's is about a table of names that no program reads.
  await inject(outfile, RESOURCE, makeBlob(), { sentinelFuse: FUSE });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
const sum = createHash('sha256').update(readFileSync(outfile)).digest('hex');
writeFileSync(`${outfile}.sha256`, `${sum}  ${outfile.slice(options.outdir.length + 1)}\n`);
process.stdout.write(`${outfile}\n`);

/** The bundle as Node stores it, with its compiled code. */
function makeBlob() {
  const [main, output, config] = ['main.cjs', 'blob', 'config.json'].map((name) =>
    join(directory, name),
  );
  const bundle = readFileSync(join(root, 'dist', 'terraform-provider-novacron'), 'utf8');
  // The first two lines are for a shell.
  writeFileSync(main, bundle.split('\n').slice(2).join('\n'));
  const blob = { main, output, disableExperimentalSEAWarning: true, useCodeCache: true };
  writeFileSync(config, JSON.stringify(blob));
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'ignore' });
  return readFileSync(output);
}
