/** Writes checks of a host, for people and for programs. Pure. */
import { type Check, canRunVms } from './judge-host.ts';

/** A line for each check, and one for all of them. */
export function writeLines(checks: readonly Check[]): string {
  const lines = checks.map(({ state, name, found, cost, remedy }) => {
    const head = `${state.padEnd(WIDTH)} ${name}: ${found}`;
    return `${head}${cost === null ? '' : `; ${cost}`}${remedy === null ? '' : ` -> ${remedy}`}\n`;
  });
  return `${lines.join('')}${summaryOf(checks)}\n`;
}

const WIDTH = 'limited'.length;

/** One document, which ends with a line feed. */
export function writeJson(checks: readonly Check[]): string {
  return `${JSON.stringify({ can_run_vms: canRunVms(checks), checks }, undefined, 2)}\n`;
}

function summaryOf(checks: readonly Check[]): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const limits = count('limited');
  if (canRunVms(checks) === 'no') return `VMs cannot run here: ${count('missing')} missing.`;
  return limits === 0 ? 'VMs can run here.' : `VMs can run here, with ${limits} limited.`;
}
