/**
 * Prints through which files one operation runs: OPERATION=vm.create, INPUT='{"name": ...}'. With
 * DENIED=1 a policy refuses it. The
 * application, its store and its agents run in this process on virtual time, so the figures are the
 * same each time. Counting begins after the start and ends with the operation's own end.
 */
import { register } from 'node:module';

register('./load-walked.mjs', import.meta.url);

const { walkOperation } = await import('./walk-operation.ts');
const { OPERATION: operation = 'vm.create', INPUT: input = '', DENIED: denied = '' } = process.env;
const walk = await walkOperation(
  operation,
  input === '' ? undefined : JSON.parse(input),
  denied === '' ? 'succeeded' : 'denied',
);
if (!walk.ok) {
  process.stderr.write(`${walk.error}\n`);
  process.exitCode = 1;
} else {
  for (const path of walk.value) process.stdout.write(`${path}\n`);
  const counts = new Map();
  for (const path of walk.value) {
    const folder = /^server\/src\/[^/]+|^.*?(?=\/src\/)/.exec(path)?.[0] ?? path;
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  process.stdout.write('\n');
  for (const [folder, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    process.stdout.write(`${String(count).padStart(5)} ${folder}\n`);
  }
  process.stdout.write(`${String(walk.value.length).padStart(5)} files for one ${operation}\n`);
}
