/** Asks Biome what it thinks of code in the engine. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOP_LEVEL } from './tracked-file.ts';

const ENGINE = 'server/engine/src';

/**
 * Lints pieces of code, each as a file of the engine, under the repository's own configuration.
 * @returns how often the ban on clocks and chance was broken, for each piece
 */
export function countBannedInEngine(pieces: readonly string[]): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), 'novacron-lint-'));
  try {
    mkdirSync(join(folder, ENGINE), { recursive: true });
    mkdirSync(join(folder, 'test/tidy'), { recursive: true });
    for (const file of ['biome.json', '.gitignore', 'test/tidy/pure-engine.grit']) {
      cpSync(join(TOP_LEVEL, file), join(folder, file));
    }
    for (const [index, piece] of pieces.entries()) {
      writeFileSync(join(folder, ENGINE, `piece-${index}.ts`), `export const a = ${piece};\n`);
    }
    const found = lint(folder);
    return pieces.map((_, index) => found.filter((path) => path.includes(`-${index}.ts`)).length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The file of each time that the plugin says something. */
function lint(folder: string): readonly string[] {
  const program = join(TOP_LEVEL, 'node_modules/.bin/biome');
  const args = [program, 'lint', '--reporter=github', '--max-diagnostics=none', ENGINE];
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (!run.stdout.includes('::')) throw new Error(run.stderr);
  return run.stdout
    .split('\n')
    .filter((line) => line.includes('title=plugin'))
    .map((line) => /file=([^,]+)/.exec(line)?.[1] ?? '');
}
