/** Reads what a state says about itself while its content goes by. */
import { StringDecoder } from 'node:string_decoder';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { TERRAFORM_STATE_BYTES_MAX } from '@novacron/contract/terraform-state/terraform-state';
import { JSONParser } from '@streamparser/json';
import { z } from 'zod';

const StateHeader = z.object({
  version: z.literal(4),
  serial: z.int().min(0),
  lineage: z.string().min(1).max(200),
  terraform_version: z.string().max(100).nullable(),
});

/** The header of a state. */
export interface StateHead extends z.infer<typeof StateHeader> {
  /** Number of resources and data sources. */
  readonly resources: number;
}

/** A reader of a state's content. */
export interface StateReader {
  /** @returns why the content is refused */
  readonly take: (bytes: Uint8Array) => Problem | undefined;
  readonly end: () => Result<StateHead, Problem>;
}

/** Makes one. @param onResource - called with each resource of the state */
export function createStateReader(onResource?: (resource: unknown) => void): StateReader {
  const fields: Record<string, unknown> = { terraform_version: null };
  let [bytes, resources] = [0, 0];
  let fault: string | undefined;
  const decoder = new StringDecoder('utf8');
  const paths = ['$.version', '$.serial', '$.lineage', '$.terraform_version', '$.resources.*'];
  const parser = new JSONParser({ paths, keepStack: false });
  parser.onValue = ({ key, value, stack }) => {
    if (stack.length === 1) fields[String(key)] = value;
    else {
      resources += 1;
      onResource?.(value);
    }
  };
  parser.onError = ({ message }) => {
    fault ??= message;
  };
  // Its end is asked for with the end of the content.
  parser.onEnd = () => undefined;
  return {
    take: (more) => {
      bytes += more.length;
      if (bytes > TERRAFORM_STATE_BYTES_MAX) return tooLarge();
      parser.write(decoder.write(Buffer.from(more)));
      return fault === undefined ? undefined : notAState(`it is not JSON (${fault})`);
    },
    end: () => {
      if (!parser.isEnded) parser.end();
      if (fault !== undefined) return err(notAState(`it is not JSON (${fault})`));
      const header = StateHeader.safeParse(fields);
      if (header.success) return ok({ ...header.data, resources });
      const [issue] = header.error.issues;
      return err(notAState(`its field ${issue?.path.join('.')} is missing or not supported`));
    },
  };
}

function notAState(why: string): Problem {
  return problem('validation-failed', {
    detail: `The content is not a state of Terraform: ${why}.`,
    remedy: 'Send a state of version 4, which Terraform and OpenTofu write since 0.12.',
    fields: [{ path: [], message: 'is not a state of Terraform' }],
  });
}

function tooLarge(): Problem {
  return problem('payload-too-large', {
    detail: `The state is larger than ${TERRAFORM_STATE_BYTES_MAX} bytes.`,
    remedy: 'Split the configuration into several states.',
  });
}
