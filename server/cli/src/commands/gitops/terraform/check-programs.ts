/**
 * Finds what of a configuration runs programs: provisioners, which a plan names only for some blocks,
 * and states of backends that run a program to sign in.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isRecord } from '@novacron/contract/json';
import { ok, type Result } from '@novacron/contract/result';
import { type HclToken, lexHcl } from '../../../terraform/hcl/lex-hcl.ts';
import { type Refusal, refuse } from '../step/refusal.ts';

const REMOTE_STATE = 'terraform_remote_state';

/** The backends of remote states that run nothing. */
const SAFE_BACKENDS: readonly string[] = ['http', 'local'];

const HCL = /\.(?:tf|tofu)$/;
const JSON_FORM = /\.(?:tf|tofu)\.json$/;

/**
 * Checks the files of a configuration and of its modules.
 * @param directories - with all directories below them
 */
export function checkPrograms(directories: readonly string[], root: string): Result<void, Refusal> {
  for (const directory of directories) {
    for (const path of listFiles(directory)) {
      const text = readFileSync(path, 'utf8');
      const found = HCL.test(path) ? findInTokens(lexHcl(text)) : findInJson(text);
      if (found === undefined) continue;
      return refuse(
        `${relative(root, path)} has ${found}. The application does not allow that (programs).`,
      );
    }
  }
  return ok(undefined);
}

function listFiles(directory: string): readonly string[] {
  let entries: ReturnType<typeof readEntries> = [];
  try {
    entries = readEntries(directory);
  } catch {
    // A configuration without modules has no such directory.
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return HCL.test(entry.name) || JSON_FORM.test(entry.name) ? [path] : [];
  });
}

function readEntries(directory: string) {
  return readdirSync(directory, { withFileTypes: true });
}

const PROVISIONER = 'a provisioner that runs programs';

/** @returns what runs programs; undefined if nothing does */
function findInTokens(all: readonly HclToken[]): string | undefined {
  const tokens = all.filter(({ kind }) => kind !== 'comment');
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1];
    if (token.kind !== 'name' || next === undefined || !isLabel(next)) continue;
    if (token.text === 'provisioner') return PROVISIONER;
    if (token.text !== 'data') continue;
    const type = labelOf(next);
    if (type === undefined) return 'a data source with an escaped type';
    if (type !== REMOTE_STATE) continue;
    const backend = findBackend(tokens.slice(at));
    if (!SAFE_BACKENDS.includes(backend ?? '')) return remoteState(backend);
  }
  return undefined;
}

/** A name that follows another one is a label, unless it is the `in` of a loop. */
function isLabel({ kind, text }: HclToken): boolean {
  return kind === 'string' || (kind === 'name' && text !== 'in');
}

/** The label without its quotes; undefined where it has escapes. */
function labelOf({ text }: HclToken): string | undefined {
  if (text.includes('\\')) return undefined;
  return text.replaceAll('"', '');
}

/** The literal `backend` of the block that begins here. */
function findBackend(tokens: readonly HclToken[]): string | undefined {
  let depth = 0;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'mark' && text === '{') depth += 1;
    if (kind === 'mark' && text === '}') depth -= 1;
    if (kind === 'mark' && text === '}' && depth === 0) return undefined;
    const isOwn = depth === 1 && kind === 'name' && text === 'backend';
    if (!isOwn) continue;
    const value = tokens[at + 2];
    return value?.kind === 'string' ? labelOf(value) : undefined;
  }
  return undefined;
}

function remoteState(backend: string | undefined): string {
  const named = backend === undefined ? '' : ` ${JSON.stringify(backend)}`;
  return `a ${REMOTE_STATE} whose backend${named} can run programs`;
}

function findInJson(text: string): string | undefined {
  try {
    return findInValue(JSON.parse(text));
  } catch {
    // Terraform refuses it in its own words.
    return undefined;
  }
}

function findInValue(value: unknown): string | undefined {
  if (Array.isArray(value)) return firstOf(value.map(findInValue));
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, 'provisioner')) return PROVISIONER;
  const { [REMOTE_STATE]: states } = value;
  const backends = states === undefined ? [] : backendsIn(states);
  const unsafe = backends.find((backend) => !SAFE_BACKENDS.includes(`${backend}`));
  if (unsafe !== undefined) return remoteState(`${unsafe}`);
  return firstOf(Object.values(value).map(findInValue));
}

function backendsIn(states: unknown): readonly unknown[] {
  const blocks = [states].flat().flatMap((each) => (isRecord(each) ? Object.values(each) : []));
  return blocks.flat().map((block) => (isRecord(block) ? block.backend : undefined) ?? 'none');
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((each) => each !== undefined);
}
