/**
 * Regenerates `src/gen/` from `proto/`. With `--check` it writes nothing and fails when the
 * committed files differ from what the definitions say.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const committed = join(root, 'src', 'gen');
const require = createRequire(import.meta.url);

/** Lean output: gRPC services and binary codecs only, 64-bit numbers as bigint. */
const OPTIONS = [
  'outputServices=grpc-js',
  'env=node',
  'esModuleInterop=true',
  'forceLong=bigint',
  'snakeToCamel=false',
  'oneof=unions',
  'useExactTypes=false',
  'outputJsonMethods=false',
  'outputPartialMethods=false',
  'importSuffix=.ts',
  'unrecognizedEnum=false',
  'removeEnumPrefix=true',
];

function generateInto(directory) {
  const bufPackage = dirname(require.resolve('@bufbuild/buf/package.json'));
  const tsProto = dirname(require.resolve('ts-proto/package.json'));
  const template = {
    version: 'v2',
    plugins: [
      { local: ['node', join(tsProto, 'protoc-gen-ts_proto')], out: directory, opt: OPTIONS },
    ],
  };
  const config = { version: 'v2', modules: [{ path: 'proto' }] };
  const args = ['generate', '--template', JSON.stringify(template)];
  args.push('--config', JSON.stringify(config));
  execFileSync(process.execPath, [join(bufPackage, 'bin', 'buf'), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function readAll(directory) {
  const names = readdirSync(directory).filter((name) => name.endsWith('.ts'));
  return new Map(names.sort().map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

function check() {
  const scratch = mkdtempSync(join(tmpdir(), 'novacron-gen-'));
  try {
    generateInto(scratch);
    const fresh = readAll(scratch);
    const present = readAll(committed);
    const names = new Set([...fresh.keys(), ...present.keys()]);
    return [...names].filter((name) => fresh.get(name) !== present.get(name));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv.includes('--check')) {
  const different = check();
  if (different.length > 0) {
    console.error(`src/gen differs from proto/: ${different.join(', ')}; run generate-proto.mjs`);
    process.exitCode = 1;
  }
} else {
  rmSync(committed, { recursive: true, force: true });
  generateInto(committed);
}
