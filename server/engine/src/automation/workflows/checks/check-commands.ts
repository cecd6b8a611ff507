/** Checks commands and URLs: values go into words and paths, never into text that is run. */
import { isBundlePath } from '@novacron/contract/automation/bundle';
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { DefinitionPath, Finding } from '../model/automation.ts';
import { splitCommand } from '../parse/split-command.ts';
import { listSecrets } from '../resolve/list-secrets.ts';
import { errorAt, warningAt } from './finding-at.ts';
import { listActions, type PlacedAction } from './list-actions.ts';

/** Programs that run the text that follows their option -c. */
const SHELLS = /^(?:.*\/)?(?:sh|bash|dash|ash|zsh|ksh|mksh|fish|csh|tcsh)$/;

/** Programs that run text in another language after the option. */
const INTERPRETERS: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [SHELLS, /^-[a-z]*c$/],
  [/^(?:.*\/)?python[\d.]*$/, /^-[A-Za-z]*c$/],
  [/^(?:.*\/)?(?:perl|ruby|node|psql)$/, /^(?:-[A-Za-z]*e|-c|--eval|--command)$/],
];

/** Programs that pass words to a shell, or run them in a language of their own. */
const CODE_RUNNERS = /^(?:.*\/)?(?:ssh|rsh|su|runuser|watch|xargs|[gm]?awk|sed|tclsh|expect)$/;

/** A scheme and a host without references, then the end, a path or a query. */
const FIXED_HOST = /^https?:[/][/][^/?#\s$@\\]+(?:[/?#]|$)/;

/** Headers that belong to the connection, or say where a body ends (RFC 9110, 7.6 and 8.6). */
const OWN_HEADERS =
  /^(?:host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|proxy-.*)$/i;

/** Variables that configure Ansible: the runner sets them, such as the check of host keys. */
const ANSIBLE_SETTING = /^ANSIBLE_/;

/** Finds command lines that need a shell, values in code, and URLs whose host a value chooses. */
export function checkCommands(definition: AutomationDefinition): readonly Finding[] {
  return listActions(definition).flatMap(({ action, path }): Finding[] => {
    const findings: Finding[] = [];
    if (action.command !== undefined) {
      findings.push(...checkCommand(action.command, [...path, 'command']));
    }
    if (action.http !== undefined) {
      findings.push(...checkUrl(action.http.url, path));
      findings.push(...checkHeaders(action, path));
    }
    if (action.ansible !== undefined) findings.push(...checkPlaybook(action, path));
    return findings;
  });
}

function checkPlaybook(action: PlacedAction['action'], path: DefinitionPath): Finding[] {
  const findings: Finding[] = [];
  for (const field of ['ansible', 'inventory'] as const) {
    const file = action[field];
    if (file === undefined || isBundlePath(file)) continue;
    const message = 'must be a file of the bundle: a path such as playbooks/web.yml, without ..';
    findings.push(errorAt([...path, field], message));
  }
  for (const name of Object.keys(action.env ?? {})) {
    if (!ANSIBLE_SETTING.test(name)) continue;
    const message = 'configures Ansible, which the runner does: set variables of playbooks in with';
    findings.push(errorAt([...path, 'env', name], message));
  }
  return findings;
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
  if (words[0] === '' || words[0]?.includes('=') === true) {
    const word = JSON.stringify(words[0]);
    const message = `begins with ${word}, which is no program: set variables in env`;
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
  if (hasValue && words.some((word) => CODE_RUNNERS.test(word))) {
    const message = 'runs words as code: a value could be run, too; use ansible or another program';
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
  if (FIXED_HOST.test(url)) return [];
  const message = 'must name its host and port in the text: a value goes into path or query only';
  return [errorAt(place, message)];
}

function checkHeaders(action: PlacedAction['action'], path: DefinitionPath): Finding[] {
  const written = Object.keys(action.http?.headers ?? {});
  const secret = listSecrets(action).flatMap(({ key, place }) => (place === 'header' ? [key] : []));
  const place = [...path, 'http', 'headers'];
  const own = [...written, ...secret].filter((name) => OWN_HEADERS.test(name));
  const lower = written.map((name) => name.toLowerCase());
  const twice = secret.filter((name) => lower.includes(name.toLowerCase()));
  return [
    ...own.map((name) =>
      errorAt(place, `has the header ${name}, which the server itself sets: remove it`),
    ),
    ...twice.map((name) => {
      const message = `is the header that headers has, too: write \${secrets.${name}} there`;
      return errorAt([...path, 'secrets', name], message);
    }),
  ];
}
