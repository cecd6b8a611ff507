/** The file that maps groups of an issuer to roles and tenants, and names who is shut out. */
import { RoleName } from '@novacron/contract/access/identity';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, readTextFile } from '../read-text-file.ts';

/** Thousands of groups fit in. Unit: characters. */
const FILE_LENGTH_MAX = 1_048_576;

const GroupRule = z.strictObject({
  group: z.string().min(1),
  role: RoleName,
  /** Name or id; the first tenant where it is left out. */
  tenant: z.string().min(1).optional(),
});

const File = z.strictObject({
  groups: z.array(GroupRule).min(1),
  disabled: z.array(z.string().min(1)).default([]),
});

/** Roles and scopes by group: the first rule that matches a person's group applies. */
export interface GroupRulesConfig {
  readonly groups: readonly {
    readonly group: string;
    readonly role: string;
    readonly tenant?: string | undefined;
  }[];
  /** Subjects that are not admitted, whatever their groups. */
  readonly disabled: readonly string[];
}

/** Reads the file. Failure: what is wrong with it, in words. */
export function readGroupRules(path: string): Result<GroupRulesConfig, string> {
  const text = readTextFile(path);
  if (!text.ok) return text;
  if (text.value.length > FILE_LENGTH_MAX) return err('is too long for a mapping');
  try {
    // Every value is the text that stands there: subjects such as 00123 and 1e3 are no numbers.
    const written = parse(text.value, { schema: 'failsafe', logLevel: 'error' }) || {};
    const parsed = File.safeParse(written, IN_WORDS);
    if (parsed.success) return ok(parsed.data);
    const words = parsed.error.issues.map(({ path: at, message }) => {
      return `${at.join('.') || 'it'} ${message}`;
    });
    return err(`cannot be used: ${words.join('; ')}`);
  } catch (cause) {
    return err(`is neither YAML nor JSON: ${messageOf(cause).split('\n', 1)[0]}`);
  }
}
