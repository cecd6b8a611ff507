/** The flags of commands that read policies from files, and their help. */
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import { type Command, Option } from 'commander';
import { repeatedText } from '../../../arguments/flag-options.ts';
import type { Grouping } from '../files/read-policies.ts';
import { EXPLAIN_MODES } from '../files/trace-lines.ts';

/** Texts to read, and the options for reading them. */
export interface PolicyTexts {
  readonly paths: readonly string[];
  /** Bundles of OPA, besides. */
  readonly archives: readonly string[];
  /** Files and directories of documents, besides those in the directories of policies. */
  readonly data: readonly string[];
  readonly grouping: Grouping;
  readonly regoVersion: 'auto' | RegoVersion;
}

/** Help text of the argument that names files. */
export const PATHS_TEXT = 'Files and directories; files of one directory are compiled together';

/** Flags that say which texts are read, and how. */
export interface TextFlags {
  readonly together?: true;
  readonly bundle?: readonly string[];
  readonly data?: readonly string[];
  /** Patterns of files that are left alone. */
  readonly ignoreFiles?: readonly string[];
  readonly regoVersion: PolicyTexts['regoVersion'];
}

/** Returns the texts that the flags select. */
export function textsOf(paths: readonly string[], flags: TextFlags): PolicyTexts {
  const grouping = flags.together === true ? 'together' : 'by-directory';
  const { bundle: archives = [], data = [], regoVersion } = flags;
  return { paths, archives, data, grouping, regoVersion };
}

/** Refuses a command that names neither files nor bundles. */
export function requireTexts({ paths, archives }: PolicyTexts, command: Command): void {
  if (paths.length + archives.length > 0) return;
  command.error("error: missing required argument 'paths', or '--bundle'");
}

/** The flag that names bundles. */
export function bundleOption(): Option {
  return repeatedText(
    '--bundle <path>',
    'OPA bundle: bundle.tar.gz, or a directory with its files',
  );
}

/** The flag that names documents. */
export function dataOption(): Option {
  const what = 'JSON or YAML file, or directory of such files, to load below `data`';
  return repeatedText('--data <path>', what);
}

/** The flag that leaves files of directories alone. */
export function ignoreFilesOption(): Option {
  return repeatedText('--ignore-files <pattern>', 'Files of directories to skip');
}

/** The flag that shows how something was evaluated. */
export function explainOption(): Option {
  return new Option(
    '--explain <mode>',
    'Show the steps of the evaluation: those that fail, or all',
  ).choices(EXPLAIN_MODES);
}

/** The flag that compiles files of several directories together. */
export function togetherOption(): Option {
  return new Option(
    '--together',
    'Compile all files together instead of each directory separately',
  );
}

/** The flag that fixes the version of Rego. */
export function versionOption(): Option {
  return new Option('--rego-version <version>', 'Rego version')
    .choices(['auto', 'v0', 'v1'])
    .default('auto');
}

/** The flag that takes names of a later release for no mistakes. */
export function allowUnknownOption(): Option {
  return new Option(
    '--allow-unknown',
    'Report fields and actions that are not in the input as warnings, not errors',
  );
}

/** The flag for policies that are asked about something else than a server's. */
export function anyInputOption(): Option {
  return new Option(
    '--any-input',
    'Policies of other documents: `input` may have any fields',
  ).conflicts('allowUnknown');
}

/** An example beneath a help text. */
export function exampleText(words: string): string {
  return `\nExample:\n  $ novacron ${words}`;
}
