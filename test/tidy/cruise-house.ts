/**
 * A house of empty rooms in a temporary folder, to see whether dependency-cruiser's rules bite: a
 * rule with a slip in a pattern finds nothing, just as one that everybody keeps.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TOP_LEVEL } from './tracked-file.ts';

/** A rule that a file broke. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Cruises a house under the repository's own rules.
 * @param house - texts by path; workspace packages are found by their names
 */
export function cruiseHouse(house: ReadonlyMap<string, string>): readonly Violation[] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'novacron-house-')));
  try {
    furnish(folder, house);
    return cruise(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packages that others import by name, and where they live. */
const PACKAGES: Readonly<Record<string, string>> = {
  contract: 'server/contract',
  engine: 'server/engine',
  rego: 'server/rego',
  runtime: 'server/runtime',
  bus: 'server/bus',
  tracing: 'server/tracing',
  agent: 'server/agent',
  runner: 'server/runner',
  cli: 'server/cli',
  dashboard: 'server/dashboard',
  server: 'server',
  provider: 'provider',
  constructs: 'constructs',
};

function furnish(folder: string, house: ReadonlyMap<string, string>): void {
  for (const [path, text] of house) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'node_modules/@novacron'), { recursive: true });
  for (const [name, home] of Object.entries(PACKAGES)) {
    mkdirSync(join(folder, home), { recursive: true });
    const manifest = {
      name: `@novacron/${name}`,
      type: 'module',
      exports: { './*': { 'novacron-source': './src/*.ts', default: './dist/*.js' } },
    };
    writeFileSync(join(folder, home, 'package.json'), JSON.stringify(manifest));
    symlinkSync(join(folder, home), join(folder, 'node_modules/@novacron', name));
  }
}

const CRUISED: readonly string[] = ['server', 'provider', 'constructs'];

function cruise(folder: string): readonly Violation[] {
  const program = join(TOP_LEVEL, 'node_modules/.bin/depcruise');
  const config = join(TOP_LEVEL, '.dependency-cruiser.cjs');
  const args = [program, '--config', config, '--output-type', 'json', ...CRUISED];
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  // It says so on stderr, and nothing on stdout, where it dislikes its configuration.
  if (run.stdout === '') throw new Error(run.stderr);
  const { summary } = JSON.parse(run.stdout) as { summary: { violations: RawViolation[] } };
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

interface RawViolation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}
