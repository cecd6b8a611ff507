/** Functions of packages that the command starts but does not depend on. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { type Failure, problemFailure } from '../failures/failure.ts';
import type { CliIo } from './cli-io.ts';
import { messageOf } from './message-of.ts';

/** Location of a function. */
export interface FunctionPlace {
  /** `@novacron/server/main` */
  readonly specifier: string;
  /** Name of the export. */
  readonly name: string;
}

const ModuleObject = z.looseObject({});

/**
 * Imports a module and takes a function out of it.
 * Failures: `not-found` when the package is not installed or of another release.
 * @typeParam Call - the function's type, which only its package can vouch for
 */
export async function loadFunction<Call>(
  io: Pick<CliIo, 'loadModule'>,
  place: FunctionPlace,
): Promise<Result<Call, Failure>> {
  const { specifier, name } = place;
  const packageName = specifier.split('/').slice(0, 2).join('/');
  try {
    const loaded = ModuleObject.parse({ ...Object(await io.loadModule(specifier)) });
    const found = loaded[name];
    // The interface is agreed with the package and written down where the function is used.
    if (typeof found === 'function') return ok(found as Call);
    return err(missing(`${packageName} is of a release without ${name}.`, packageName));
  } catch (cause) {
    return err(missing(reasonText(cause, packageName), packageName));
  }
}

function reasonText(cause: unknown, packageName: string): string {
  const message = messageOf(cause);
  const [line = ''] = message.split('\n', 1);
  if (/Cannot find (package|module)/.test(line) && line.includes(packageName)) {
    return `${packageName} is not installed here.`;
  }
  return `${packageName} cannot be loaded: ${line}`;
}

function missing(detail: string, packageName: string): Failure {
  return problemFailure(
    problem('not-found', {
      detail,
      remedy: `Install ${packageName} of the same release; in a checkout, run make setup.`,
    }),
  );
}
