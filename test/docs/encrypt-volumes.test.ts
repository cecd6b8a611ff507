/** Follows docs/how-to/encrypt-volumes.md against a server with a simulated fleet. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/encrypt-volumes.md', 'data-encrypted');
