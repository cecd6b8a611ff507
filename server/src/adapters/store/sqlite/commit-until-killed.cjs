/**
 * Child of the crash test: commits sets without end and writes the number of each one to stdout
 * after it has been answered. Arguments: the file of the store.
 */
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, file);
};

const CALLERS = 8;

async function main() {
  const { openSqliteStore } = require('./open-sqlite-store.ts');
  const opened = await openSqliteStore({ path: process.argv[2] });
  if (!opened.ok) throw new Error(opened.error.detail);
  let next = 0;
  async function commitForEver() {
    for (;;) {
      const number = next;
      next += 1;
      const at = String(number);
      const answer = await opened.value.commit([
        {
          kind: 'put',
          into: 'tenants',
          row: { id: at, name: at, created_at_ms: number, is_platform: 0, revision: 1 },
        },
        { kind: 'put', into: 'rule_versions', row: { id: at, version: number } },
      ]);
      if (!answer.ok) throw new Error(answer.error.detail);
      // A pipe takes it at once: what is written here outlives this process.
      process.stdout.write(`${at}\n`);
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, commitForEver));
}

void main();
