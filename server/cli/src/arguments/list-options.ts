/** The flags of lists that the command line answers itself: what is shown, and in which order. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import { err, ok, type Result } from '@novacron/contract/result';
import { InvalidArgumentError, Option } from 'commander';
import { type Failure, usageFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';

/** One condition that items have to meet. */
export interface ItemFilter {
  /** A field, or a path such as `metadata.tier`. */
  readonly path: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** One field to sort by. */
export interface SortKey {
  readonly path: string;
  readonly direction: 'asc' | 'desc';
}

/** Part of a list to show. */
export interface ListView {
  readonly filters: readonly ItemFilter[];
  readonly columns: readonly string[] | undefined;
  readonly headers: 'shown' | 'hidden';
}

/** The flags of every list. */
export function listOptions(): Option[] {
  return [
    new Option(
      '--filter <field=value>',
      'Only items whose field has this value, or has not: FIELD!=VALUE; labels: ' +
        'metadata.NAME=VALUE. Can be repeated; items meet all.',
    ).argParser<readonly ItemFilter[]>((text, before = []) => [...before, parseFilter(text)]),
    sortOption(),
    new Option(
      '--columns <names>',
      'Fields to show, separated by commas: name,metadata.tier',
    ).argParser(parseNames),
    new Option('--no-headers', 'Leave the line of headers out'),
    watchOption(),
  ];
}

/** Shows changes as they happen. */
export function watchOption(): Option {
  return new Option('-w, --watch', 'Go on and show changes as they happen, until interrupted');
}

/** Shows events as they happen. */
export function followOption(): Option {
  return new Option('-f, --follow', 'Go on and show new events, until interrupted');
}

/** Shows a log as it grows. */
export function followLogOption(): Option {
  return new Option('-f, --follow', 'Go on and write what is printed, until the attempt has ended');
}

function sortOption(): Option {
  return new Option(
    '--sort <fields>',
    'Fields to sort by, separated by commas; a minus sign reverses one: -created_at',
  );
}

/** Reads the values of these flags. */
export function readListView(options: Fields): ListView {
  return {
    filters: Array.isArray(options.filter) ? options.filter : [],
    columns: Array.isArray(options.columns) ? options.columns.map(String) : undefined,
    headers: options.headers === false ? 'hidden' : 'shown',
  };
}

/** Reads `--sort`. */
export function parseSort(text: string): readonly SortKey[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    return name.startsWith('-')
      ? { path: name.slice(1), direction: 'desc' }
      : { path: name, direction: 'asc' };
  });
}

/**
 * Checks that the items of a list have fields. Failures: wrong usage, with the field that was
 * probably meant.
 * @param flag - the flag that names the paths
 * @param known - the items' fields; undefined where nothing is known of them
 */
export function checkPaths(
  flag: string,
  paths: readonly string[],
  known: readonly string[] | undefined,
): Result<void, Failure> {
  const unknown = paths.find((path) => known?.includes(headOf(path)) === false);
  if (unknown === undefined || known === undefined) return ok(undefined);
  const near = nearName(headOf(unknown), known);
  const hint = near === undefined ? 'See the fields with -o json.' : `Did you mean ${near}?`;
  return err(usageFailure(`--${flag}: there is no field ${headOf(unknown)}. ${hint}`));
}

function headOf(path: string): string {
  return path.split('.')[0] ?? '';
}

function parseFilter(text: string): ItemFilter {
  const [, path, sign, value = ''] = /^([^=!]+?)\s*(!=|==?)\s*(.*)$/s.exec(text) ?? [];
  if (path === undefined) {
    throw new InvalidArgumentError('Use the form field=value or field!=value.');
  }
  return { path: path.trim(), operator: sign === '!=' ? '!=' : '=', value };
}

function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Use names separated by commas: name,status.');
}
