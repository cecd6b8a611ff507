/** Reads the file of a trained model that decides the sizes of VM groups. */
import { err, type Result } from '@novacron/contract/result';
import type { Policy } from '@novacron/engine/autonomy/model/policy';
import { readPolicy } from '@novacron/engine/autonomy/policy-file';
import { readTextFile } from '../read-text-file.ts';

/** Reads it. Failure: what is wrong, a line each. */
export function readDecisionModel(path: string): Result<Policy, readonly string[]> {
  const text = readTextFile(path);
  if (!text.ok) return err([text.error]);
  const read = readPolicy(text.value);
  return read.ok ? read : err([read.error.detail]);
}
