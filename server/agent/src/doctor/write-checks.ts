/** Writes checks of a host, for people and for programs. Pure. */
import { type Check, type CheckedThing, isAble } from './judge-host.ts';

/** A line for each check, and one for all of them. */
export function writeLines(checks: readonly Check[], thing: CheckedThing): string {
  const lines = checks.map(({ state, name, found, cost, remedy }) => {
    const head = `${state.padEnd(WIDTH)} ${name}: ${found}`;
    return `${head}${cost === null ? '' : `; ${cost}`}${remedy === null ? '' : ` -> ${remedy}`}\n`;
  });
  return `${lines.join('')}${summaryOf(checks, thing)}\n`;
}

const WIDTH = 'limited'.length;

/** One document, which ends with a line feed. */
export function writeJson(checks: readonly Check[], { key }: CheckedThing): string {
  return `${JSON.stringify({ [key]: isAble(checks), checks }, undefined, 2)}\n`;
}

function summaryOf(checks: readonly Check[], { able, unable }: CheckedThing): string {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const limits = count('limited');
  if (isAble(checks) === 'no') return `${unable}: ${count('missing')} missing.`;
  return limits === 0 ? `${able}.` : `${able}, with ${limits} limited.`;
}
