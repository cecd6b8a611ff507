/** Checks commands and URLs: values go into words and paths, never into text that is run. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { DefinitionPath, Finding } from '../model/automation.ts';
import { splitCommand } from '../parse/split-command.ts';
import { errorAt, warningAt } from './finding-at.ts';
import { listActions } from './list-actions.ts';

/** Programs that run the text that follows their option -c. */
const SHELLS = /^(?:.*\/)?(?:sh|bash|dash|ash|zsh|ksh|mksh|fish|csh|tcsh)$/;

/** Programs that run text in another language after the option. */
const INTERPRETERS: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [SHELLS, /^-[a-z]*c$/],
  [/^(?:.*\/)?python[\d.]*$/, /^-[A-Za-z]*c$/],
  [/^(?:.*\/)?(?:perl|ruby|node|psql)$/, /^(?:-[A-Za-z]*e|-c|--eval|--command)$/],
];

/** Passes its words to a shell on another host. */
const REMOTE_SHELLS = /^(?:.*\/)?(?:ssh|rsh|su|runuser)$/;

/** A scheme and a host without references, then the end, a path or a query. */
const FIXED_HOST = /^https?:[/][/][^/?#\s$]+(?:[/?#]|$)/;

/** Finds command lines that need a shell, values in code, and URLs whose host a value chooses. */
export function checkCommands(definition: AutomationDefinition): readonly Finding[] {
  return listActions(definition).flatMap(({ action, path }): Finding[] => {
    const findings: Finding[] = [];
    if (action.command !== undefined) {
      findings.push(...checkCommand(action.command, [...path, 'command']));
    }
    if (action.http !== undefined) findings.push(...checkUrl(action.http.url, path));
    return findings;
  });
}

function checkCommand(command: string | readonly string[], path: DefinitionPath): Finding[] {
  const isLine = typeof command === 'string';
  const split = isLine ? splitCommand(command) : { ok: true as const, value: command };
  if (!split.ok) return [errorAt(path, split.error)];
  const words = split.value;
  const placeOf = (index: number) => (isLine ? path : [...path, index]);
  const findings: Finding[] = [];
  if (words[0]?.includes('${') === true) {
    const message = 'begins with a reference: a value must not choose the program; write it out';
    findings.push(errorAt(placeOf(0), message));
  }
  for (const [index, word] of words.entries()) {
    if (!word.includes('${') || !isCode(words, index)) continue;
    const message =
      `puts a reference into code that ${words[index - 2] ?? 'a program'} runs: pass it as a ` +
      'word behind the code and read it there, as "$1" in sh';
    findings.push(errorAt(placeOf(index), message));
  }
  const hasValue = words.some((word) => word.includes('${'));
  if (hasValue && REMOTE_SHELLS.test(words[0] ?? '')) {
    const message = `passes its words to a shell: a value could be run there; use ansible instead`;
    findings.push(warningAt(path, message));
  }
  return findings;
}

/** Whether a word is what an interpreter runs, also behind `sudo` or `env`. */
function isCode(words: readonly string[], index: number): boolean {
  const option = words[index - 1] ?? '';
  const before = words.slice(0, Math.max(0, index - 1));
  return INTERPRETERS.some(
    ([program, runs]) => runs.test(option) && before.some((word) => program.test(word)),
  );
}

function checkUrl(url: string, path: DefinitionPath): Finding[] {
  const place = [...path, 'http', 'url'];
  if (!/^https?:[/][/]/.test(url)) {
    return [errorAt(place, 'must begin with https:// or http:// and a host')];
  }
  if (FIXED_HOST.test(url) && !url.slice(0, url.indexOf('/', 8) + 1).includes('@')) return [];
  const message = 'must name its host and port in the text: a value goes into path or query only';
  return [errorAt(place, message)];
}
