/** A model that drafts texts, as a port: an endpoint with the interface of OpenAI. */
import type { Result } from '@novacron/contract/result';

/** A message to the model. */
export interface ModelMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** Reason for a missing answer. */
export interface ModelFault {
  /** Explanation of the fault, in words that follow "the endpoint". */
  readonly words: string;
}

/** A model, and the endpoint that has it. */
export interface DraftModel {
  /** `HOST` or `HOST:PORT` of the endpoint. */
  readonly host: string;
  readonly model: string;
  /** Writes the body of a request, exactly as {@link DraftModel.ask} sends it. */
  readonly bodyOf: (messages: readonly ModelMessage[]) => string;
  /** Sends a body. @returns what the model has written; never rejects */
  readonly ask: (body: string, signal?: AbortSignal) => Promise<Result<string, ModelFault>>;
}
