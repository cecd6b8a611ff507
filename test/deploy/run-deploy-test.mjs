/**
 * Executes what NovaCron is deployed with, and writes docs/reference/deployment-artifacts.md when
 * every check has passed.
 *
 *   node test/deploy/run-deploy-test.mjs [check...]
 *
 * Exit codes: 0 passed; 1 a check failed, or with CI set was skipped; 2 no such check.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from './checks/checks.mjs';
import { renderArtifacts } from './deployment-artifacts.mjs';

const PAGE = new URL('../../docs/reference/deployment-artifacts.md', import.meta.url);

const say = (text) => process.stderr.write(`${text}\n`);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

process.exitCode = await testDeployment(process.argv.slice(2));

async function testDeployment(chosen) {
  const unknown = chosen.find((name) => CHECKS.every((check) => check.name !== name));
  if (unknown !== undefined) {
    say(`There is no check ${unknown}; there are: ${CHECKS.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const checks = CHECKS.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  const outcomes = [];
  for (const check of checks) outcomes.push(await trial(check));
  const count = (wanted) => outcomes.filter((outcome) => outcome === wanted).length;
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  if (count('passed') === CHECKS.length) writeFileSync(PAGE, renderArtifacts(CHECKS));
  const isSkippedInCi = process.env.CI !== undefined && count('skipped') > 0;
  return count('failed') > 0 || isSkippedInCi ? 1 : 0;
}

/** @returns {Promise<'passed' | 'failed' | 'skipped'>} */
async function trial({ name, missing, run }) {
  const reason = missing();
  if (reason !== undefined) {
    say(`skipped: ${name}: ${reason}`);
    return 'skipped';
  }
  const directory = mkdtempSync(join(tmpdir(), `novacron-${name}-`));
  const removeFiles = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeFiles);
  const startedMs = performance.now();
  const taken = () => `${Math.round((performance.now() - startedMs) / 1_000)} s`;
  try {
    await run({ say, directory });
    say(`ok      ${name} (${taken()})`);
    return 'passed';
  } catch (cause) {
    say(`FAILED  ${name} (${taken()}): ${cause.message}`);
    return 'failed';
  } finally {
    removeFiles();
    process.off('exit', removeFiles);
  }
}
