/** Reads the file of a trained model that decides the sizes of VM groups. */
import { hash } from 'node:crypto';
import { err, type Result } from '@novacron/contract/result';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import { readModel } from '@novacron/engine/autonomy/model-file';
import { readTextFile } from '../read-text-file.ts';

/** Reads it. Failure: what is wrong, a line each. */
export function readDecisionModel(path: string): Result<DecisionModel, readonly string[]> {
  const text = readTextFile(path);
  if (!text.ok) return err([text.error]);
  const read = readModel(text.value, (part) => hash('sha256', part, 'hex'));
  return read.ok ? read : err([read.error.detail]);
}
